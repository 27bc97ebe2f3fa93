const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * The cron expressions (with seconds) that together fire every `seconds`, evenly. One expression cannot say "every
 * 45 s": `*\/45` fires at :45 and :00. So the moments of an hour, or of a day, are grouped by what they share.
 * @param seconds a divisor of an hour or of a day
 */
export function cronExpressions(seconds: number): string[] {
  if (MINUTE % seconds === 0) return [`*/${seconds} * * * * *`];
  return HOUR % seconds === 0 ? withinHour(seconds) : withinDay(seconds);
}

function withinHour(seconds: number): string[] {
  const minutesBySecond = group(HOUR, seconds, (moment) => [String(moment % 60), Math.floor(moment / 60)]);
  return [...minutesBySecond].map(([second, minutes]) => `${second} ${minutes.join(",")} * * * *`);
}

function withinDay(seconds: number): string[] {
  const hours = group(DAY, seconds, (moment) => [
    `${moment % 60} ${Math.floor(moment / 60) % 60}`,
    Math.floor(moment / HOUR),
  ]);
  return [...hours].map(([secondAndMinute, at]) => `${secondAndMinute} ${at.join(",")} * * *`);
}

function group(
  period: number,
  step: number,
  split: (moment: number) => [key: string, value: number],
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let moment = 0; moment < period; moment += step) {
    const [key, value] = split(moment);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}
