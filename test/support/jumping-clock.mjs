// Preloaded into the program: at every SIGUSR2 the wall clock is set by the next number of milliseconds in JUMPS, as an
// administrator, NTP or a suspension would. Timers and elapsed time go on.
const jumps = (process.env.JUMPS ?? "").split(",").map(Number);
const SystemDate = Date;
let aheadMs = 0;

globalThis.Date = class extends SystemDate {
  constructor(...given) {
    if (given.length === 0) super(SystemDate.now() + aheadMs);
    else super(...given);
  }
  static now() {
    return SystemDate.now() + aheadMs;
  }
};

process.on("SIGUSR2", () => {
  aheadMs += jumps.shift() ?? 0;
  process.stderr.write(`clock set to ${new Date().toISOString()}\n`);
});
