const DAY = 86_400;

/** Asks Prometheus; the answer's series. */
export async function ask(prometheus, path, parameters) {
  const answer = await fetch(`${prometheus}/api/v1/${path}`, { method: "POST", body: new URLSearchParams(parameters) });
  const { status, data, error } = await answer.json();
  if (status !== "success") throw new Error(`${error}\n${parameters.query}`);
  return data.result;
}

export function substitute(text, values) {
  return text.replaceAll(/\$(?:\{(\w+)[^}]*\}|(\w+))/g, (whole, braced, bare) => values[braced ?? bare] ?? whole);
}

/** The choices of a query variable, as Grafana finds them: by text, ascending. */
async function choices(prometheus, variable, values, time) {
  const [, call, inner, label] = /^(label_values|query_result)\((.*?)(?:, (\w+))?\)$/.exec(variable.query.query);
  const series = await ask(prometheus, "query", { query: substitute(inner, values), time });
  const found = series.map(({ metric }) => {
    if (call === "label_values") return { text: metric[label], value: metric[label] };
    return { text: metric[`${variable.name}_name`], value: metric[variable.name] };
  });
  const unique = new Map(found.map((choice) => [choice.value, choice]));
  return [...unique.values()].toSorted((a, b) => a.text.localeCompare(b.text));
}

/**
 * Chooses a value for each variable: the wanted text where it exists, else All, else the first.
 * @returns the values by name, and what the reader sees of them
 */
export async function resolveVariables(prometheus, dashboard, wanted, time) {
  const values = { __rate_interval: "1m", __to: String(time) };
  const shown = [];
  for (const variable of dashboard.templating.list) {
    if (variable.type === "datasource" || variable.type === "constant") continue;
    if (variable.type === "custom") {
      values[variable.name] = variable.current.value;
      shown.push({ label: variable.label, text: variable.current.text });
      continue;
    }
    const found = await choices(prometheus, variable, values, time);
    const one = found.find(({ text }) => text === wanted[variable.name]);
    const chosen =
      one && !variable.includeAll ? one : variable.includeAll ? { text: "All", value: variable.allValue } : found[0];
    values[variable.name] = chosen?.value ?? "";
    shown.push({ label: variable.label, text: chosen?.text ?? "" });
  }
  return { values, shown };
}

/** Runs all queries of a dashboard as Grafana would: at `to`, or from `from` to `to` in steps aligned to the step. */
export async function runQueries(prometheus, dashboard, values, { from, to }) {
  const results = {};
  const step = to - from > 2 * DAY ? 3600 : Math.max(15, Math.round((to - from) / 400));
  for (const panel of dashboard.panels.filter(({ type }) => type !== "row"))
    for (const { expr, refId, instant } of panel.targets) {
      const query = substitute(expr, values);
      const each = panel.interval === "1d" ? DAY : step;
      const own = panel.timeFrom === undefined ? from : to - Number.parseInt(panel.timeFrom, 10) * DAY;
      const aligned = { start: Math.floor(own / each) * each, end: Math.floor(to / each) * each, step: each };
      results[`${panel.id}${refId}`] = instant
        ? await ask(prometheus, "query", { query, time: to })
        : await ask(prometheus, "query_range", { query, ...aligned });
    }
  return results;
}
