// Draws one dashboard from window.PREVIEW with Grafana's components. require() and not import: with import React reports
// "Element type is invalid".
const React = require("react");
const { createRoot } = require("react-dom/client");
const { createTheme, ThemeContext, toDataFrame, FieldType, getDisplayProcessor, dateTime } = require("@grafana/data");
const {
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
  getFieldDisplayName,
  getFieldColorModeForField,
  stringToJsRegex,
} = require("@grafana/data");
const UI = require("@grafana/ui");

const { dashboard, results, range, variables, theme: mode } = window.PREVIEW;
const theme = createTheme({ colors: { mode } });
const CELL = 38;
const GAP = 8;
const COLUMN = (1600 - GAP) / 24;

const transformers = new Map(Object.values(standardTransformers).map((transformer) => [transformer.id, transformer]));
standardTransformersRegistry.setInit(() =>
  [...transformers.values()].map((transformation) => ({
    id: transformation.id,
    name: transformation.id,
    transformation,
    description: "",
  })),
);

function assign(target, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  let at = target;
  for (const key of keys) at = at[key] = { ...at[key] };
  at[last] = value;
}

function matches(matcher, field, frame, frames) {
  const name = getFieldDisplayName(field, frame, frames);
  if (matcher.id === "byFrameRefID") return frame.refId === matcher.options;
  if (matcher.id === "byName") return name === matcher.options || field.name === matcher.options;
  return stringToJsRegex(matcher.options).test(name);
}

/** What Grafana does before a panel sees its fields: defaults, then overrides, then the display processor. */
function configured(panel, frames) {
  const { defaults, overrides } = panel.fieldConfig;
  let seriesIndex = 0;
  for (const frame of frames)
    for (const field of frame.fields) {
      const config = { ...structuredClone(defaults), ...field.config };
      for (const { matcher, properties } of overrides)
        if (matches(matcher, field, frame, frames)) for (const { id, value } of properties) assign(config, id, value);
      if (field.type === FieldType.number) field.state = { ...field.state, seriesIndex: seriesIndex++ };
      if (field.type === FieldType.time) delete config.unit;
      // JSON knows no -Infinity, so the lowest step has null.
      if (config.thresholds?.steps[0]?.value === null) config.thresholds = structuredClone(config.thresholds);
      if (config.thresholds?.steps[0]?.value === null) config.thresholds.steps[0].value = -Infinity;
      // A link makes a cell look like one; nothing is clicked in a picture.
      if (config.links) field.getLinks = () => [{ href: "#", title: "", target: "_self", origin: field }];
      field.config = config;
      field.display = getDisplayProcessor({ field, theme, timeZone: "utc" });
    }
  return frames;
}

function legendOf(target, metric) {
  return target.legendFormat === "__auto"
    ? panelLabel(metric)
    : target.legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? "");
}

function panelLabel(metric) {
  return Object.values(metric).join(", ");
}

function seriesFrames(panel) {
  return panel.targets.flatMap((target) =>
    results[`${panel.id}${target.refId}`].map(({ metric, values, value }) => {
      const points = values ?? [value];
      const name = legendOf(target, metric) || panel.title;
      return toDataFrame({
        refId: target.refId,
        fields: [
          { name: "Time", type: FieldType.time, values: points.map(([time]) => time * 1000), config: {} },
          {
            name: "Value",
            type: FieldType.number,
            values: points.map(([, text]) => Number(text)),
            labels: metric,
            config: { displayNameFromDS: name, displayName: name },
          },
        ],
      });
    }),
  );
}

function tableFrames(panel) {
  const single = panel.targets.length === 1;
  return panel.targets.map(({ refId }) => {
    const rows = results[`${panel.id}${refId}`];
    const labels = [...new Set(rows.flatMap(({ metric }) => Object.keys(metric)))];
    const column = (name, type, values) => ({ name, type, values, config: {} });
    return toDataFrame({
      refId,
      fields: [
        column(
          "Time",
          FieldType.time,
          rows.map(() => range.to * 1000),
        ),
        ...labels.map((label) =>
          column(
            label,
            FieldType.string,
            rows.map(({ metric }) => metric[label] ?? ""),
          ),
        ),
        column(
          single ? "Value" : `Value #${refId}`,
          FieldType.number,
          rows.map(({ value }) => Number(value[1])),
        ),
      ],
    });
  });
}

function transformed(panel, frames) {
  const [done, setDone] = React.useState();
  React.useEffect(() => {
    const filled = frames.filter((frame) => frame.length > 0);
    transformDataFrame(panel.transformations ?? [], filled).subscribe((out) => setDone(configured(panel, out)));
  }, []);
  return done;
}

const timeRange = (() => {
  const [from, to] = [dateTime(range.from * 1000), dateTime(range.to * 1000)];
  return { from, to, raw: { from, to } };
})();

function Empty({ panel, width, height }) {
  const text = panel.fieldConfig.defaults.noValue ?? "No data";
  return (
    <div
      style={{
        width,
        height,
        display: "flex",
        alignItems: "center",
        justifyContent: "center",
        color: theme.colors.text.secondary,
      }}
    >
      {text}
    </div>
  );
}

function displayValues(panel, frames) {
  return frames.map((frame) => {
    const field = frame.fields[1];
    return {
      ...field.display(field.values[field.values.length - 1]),
      title: getFieldDisplayName(field, frame, frames),
      field,
    };
  });
}

function Stat({ panel, width, height }) {
  const values = displayValues(panel, configured(panel, seriesFrames(panel)));
  const noValue = panel.fieldConfig.defaults.noValue;
  if (values.length === 0 && noValue === undefined) return <Empty panel={panel} width={width} height={height} />;
  const shown = values.length > 0 ? values : [{ text: noValue, numeric: NaN }];
  const part = width / shown.length;
  const mode = panel.options.textMode === "name" ? "name" : shown.length > 1 ? "value_and_name" : "value";
  return (
    <div style={{ display: "flex" }}>
      {shown.map((value, index) => (
        <UI.BigValue
          key={index}
          theme={theme}
          width={part}
          height={height}
          value={value}
          colorMode={panel.options.colorMode}
          graphMode="none"
          justifyMode="center"
          textMode={mode}
        />
      ))}
    </div>
  );
}

function Bars({ panel, width, height }) {
  const frames = configured(panel, seriesFrames(panel));
  if (frames.length === 0) return <Empty panel={panel} width={width} height={height} />;
  const values = displayValues(panel, frames);
  const size = Math.min(panel.options.maxVizHeight, (height - 4) / values.length - 6);
  const greatest = Math.max(...values.map(({ numeric }) => numeric));
  const factors = {
    title: values.map(({ title }) => title).reduce((a, b) => (a.length > b.length ? a : b), ""),
    text: "100.00%",
  };
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 6 }}>
      {values.map((value, index) => (
        <UI.BarGauge
          key={index}
          theme={theme}
          width={width}
          height={size}
          value={value}
          field={{ ...value.field.config, max: value.field.config.max ?? greatest, min: value.field.config.min ?? 0 }}
          display={value.field.display}
          displayMode="basic"
          orientation="horizontal"
          namePlacement="left"
          showUnfilled
          valueDisplayMode="color"
          alignmentFactors={factors}
          itemSpacing={6}
        />
      ))}
    </div>
  );
}

function Series({ panel, width, height }) {
  const frames = configured(panel, seriesFrames(panel)).filter((frame) => frame.length > 0);
  if (frames.length === 0) return <Empty panel={panel} width={width} height={height} />;
  return (
    <UI.TimeSeries
      frames={frames}
      structureRev={1}
      width={width}
      height={height}
      timeRange={timeRange}
      timeZone="utc"
      legend={panel.options.legend}
    />
  );
}

/**
 * Grafana's trend is not an exported component; this is a stand-in. Its axis has numbers, here days from now, which are
 * drawn as the dates that they are.
 */
function Trend({ panel, width, height }) {
  const frames = configured(panel, seriesFrames(panel)).filter((frame) => frame.length > 0);
  const name = (frame) => frame.fields[1].config.displayName;
  const axis = frames.find((frame) => name(frame) === panel.options.xField);
  const lines = frames.filter((frame) => frame !== axis);
  if (!axis || lines.length === 0) return <Empty panel={panel} width={width} height={height} />;
  const [times, days] = [axis.fields[0].values, axis.fields[1].values];
  const moved = (time) => (range.to + days[times.indexOf(time)] * 86_400) * 1000;
  for (const frame of lines) frame.fields[0].values = frame.fields[0].values.map(moved);
  const [from, to] = [days[0], days.at(-1)].map((day) => dateTime((range.to + day * 86_400) * 1000));
  return (
    <UI.TimeSeries
      frames={lines}
      structureRev={1}
      width={width}
      height={height}
      timeRange={{ from, to, raw: { from, to } }}
      timeZone="utc"
      legend={panel.options.legend}
    />
  );
}

function Table({ panel, width, height }) {
  const frames = transformed(panel, tableFrames(panel));
  if (!frames) return null;
  if (frames.length === 0 || frames[0].length === 0) return <Empty panel={panel} width={width} height={height} />;
  return (
    <UI.Table
      data={frames[0]}
      width={width}
      height={height}
      initialSortBy={panel.options.sortBy}
      cellHeight="sm"
      enablePagination={panel.options.enablePagination}
    />
  );
}

/** Grafana's state timeline is not an exported component; this is a stand-in. */
function States({ panel, width, height }) {
  const frames = configured(panel, seriesFrames(panel));
  const span = range.to - range.from;
  return (
    <div style={{ display: "flex", flexDirection: "column", gap: 8, width, height }}>
      {frames.map((frame, row) => {
        const [time, value] = frame.fields;
        const changes = time.values
          .map((at, index) => ({ at, value: value.values[index] }))
          .filter((cell, index) => index === 0 || cell.value !== value.values[index - 1]);
        const cells = changes.map((cell) => ({
          left: ((cell.at / 1000 - range.from) / span) * (width - 110),
          shown: value.display(cell.value),
        }));
        return (
          <div key={row} style={{ display: "flex", flex: 1, alignItems: "center", maxHeight: 70 }}>
            <div style={{ width: 110, fontSize: 12 }}>{value.config.displayName}</div>
            <div style={{ position: "relative", flex: 1, height: "80%" }}>
              {cells.map(({ left, shown }, index) => (
                <div
                  key={index}
                  style={{
                    position: "absolute",
                    left,
                    width: (cells[index + 1]?.left ?? width - 110) - left,
                    height: "100%",
                    background: shown.color,
                    opacity: 0.7,
                  }}
                />
              ))}
              <span style={{ position: "absolute", left: (cells[0]?.left ?? 0) + 6, top: 4, fontSize: 12 }}>
                {cells.at(-1)?.shown.text}
              </span>
            </div>
          </div>
        );
      })}
    </div>
  );
}

/** Grafana's status history is not an exported component; this is a stand-in. */
function DayGrid({ panel, width, height }) {
  const frames = configured(panel, seriesFrames(panel));
  if (frames.length === 0) return <Empty panel={panel} width={width} height={height} />;
  const all = frames.flatMap((frame) => [...frame.fields[1].values]).filter(Number.isFinite);
  const times = [...new Set(frames.flatMap((frame) => [...frame.fields[0].values]))].toSorted((a, b) => a - b);
  const [label, row, column] = [170, (height - 20) / frames.length, (width - 180) / times.length];
  const top = Math.max(...all, 1);
  return (
    <svg width={width} height={height}>
      {frames.map((frame, at) => {
        const [time, value] = frame.fields;
        return (
          <g key={at}>
            <text x={label - 8} y={(at + 0.65) * row} textAnchor="end" fontSize={11} fill={theme.colors.text.primary}>
              {value.config.displayName.slice(0, 26)}
            </text>
            {time.values.map((moment, index) => {
              const color = getFieldColorModeForField(value).getCalculator(value, theme)(
                value.values[index],
                Math.max(0, value.values[index]) / top,
              );
              const x = label + times.indexOf(moment) * column;
              return (
                <g key={moment}>
                  <rect x={x} y={at * row} width={column - 2} height={row - 2} fill={color} fillOpacity={0.85} />
                  <text
                    x={x + column / 2}
                    y={(at + 0.65) * row}
                    fontSize={10}
                    textAnchor="middle"
                    fill={theme.colors.text.primary}
                  >
                    {value.values[index]}
                  </text>
                </g>
              );
            })}
          </g>
        );
      })}
      {times.map((moment, index) =>
        index % 3 === 0 ? (
          <text key={moment} x={label + index * column} y={height - 4} fontSize={10} fill={theme.colors.text.secondary}>
            {new Date(moment).toISOString().slice(5, 10)}
          </text>
        ) : null,
      )}
    </svg>
  );
}

/** Grafana's XY chart is not an exported component; this is a stand-in. */
function Scatter({ panel, width, height }) {
  const frames = transformed(panel, tableFrames(panel));
  if (!frames) return null;
  if (frames.length === 0) return <Empty panel={panel} width={width} height={height} />;
  const find = (name) => frames[0].fields.find((field) => getFieldDisplayName(field, frames[0]) === name);
  const { x, y } = panel.options.series[0];
  const [fx, fy] = [find(x.matcher.options), find(y.matcher.options)];
  if (!fx || !fy) return <Empty panel={panel} width={width} height={height} />;
  const drawn = panel.options.series.map((series) => find(series.y.matcher.options)).filter((field) => field);
  const colorOf = (field) => theme.visualization.getColorByName(field.config.color.fixedColor);
  const top = (field) => field.config.max ?? Math.max(...field.values.filter(Number.isFinite)) * 1.08;
  const low = (field) => {
    const soft = field.config.custom?.axisSoftMin;
    return soft === undefined ? 0 : Math.min(soft, ...field.values.filter(Number.isFinite));
  };
  const at = (field, part) => low(field) + part * (top(field) - low(field));
  const part = (field, value) => (value - low(field)) / (top(field) - low(field));
  const [left, bottom, w, h] = [64, 44, width - 80, height - 56];
  const px = (value) => left + part(fx, value) * w;
  const py = (value) => 8 + h - part(fy, value) * h;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const text = (field, value) => {
    const shown = field.display(value);
    return `${shown.text}${shown.suffix ?? ""}`;
  };
  const style = { fill: theme.colors.text.secondary, fontSize: 11 };
  return (
    <svg width={width} height={height}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={left + w} y1={py(at(fy, tick))} y2={py(at(fy, tick))} stroke={theme.colors.border.weak} />
          <text x={left - 8} y={py(at(fy, tick)) + 4} textAnchor="end" style={style}>
            {text(fy, at(fy, tick))}
          </text>
          <text x={px(at(fx, tick))} y={8 + h + 16} textAnchor="middle" style={style}>
            {text(fx, at(fx, tick))}
          </text>
        </g>
      ))}
      {drawn.map((field) =>
        fx.values.map((value, index) =>
          Number.isFinite(field.values[index]) ? (
            <circle
              key={field.name + index}
              cx={px(value)}
              cy={py(field.values[index])}
              r={5}
              fill={colorOf(field)}
              fillOpacity={0.6}
              stroke={colorOf(field)}
            />
          ) : null,
        ),
      )}
      <text x={left + w / 2} y={height - 6} textAnchor="middle" style={style}>
        {x.matcher.options}
      </text>
      <text x={14} y={8 + h / 2} textAnchor="middle" style={style} transform={`rotate(-90 14 ${8 + h / 2})`}>
        {y.matcher.options}
      </text>
    </svg>
  );
}

const COMPONENTS = {
  stat: Stat,
  bargauge: Bars,
  timeseries: Series,
  table: Table,
  trend: Trend,
  "state-timeline": States,
  "status-history": DayGrid,
  xychart: Scatter,
};

class Guard extends React.Component {
  state = {};
  static getDerivedStateFromError(error) {
    return { error };
  }
  render() {
    return this.state.error ? (
      <pre style={{ color: "red" }}>{String(this.state.error.stack).slice(0, 600)}</pre>
    ) : (
      this.props.children
    );
  }
}

function place({ x, y, w, h }) {
  return {
    position: "absolute",
    left: GAP + x * COLUMN,
    top: 44 + y * CELL,
    width: w * COLUMN - GAP,
    height: h * CELL - GAP,
  };
}

function Item({ panel }) {
  const at = place(panel.gridPos);
  if (panel.type === "row")
    return <div style={{ ...at, fontSize: 16, fontWeight: 500, paddingTop: 4 }}>{panel.title}</div>;
  const Component = COMPONENTS[panel.type];
  return (
    <div style={at}>
      <UI.PanelChrome title={panel.title} description={panel.description} width={at.width} height={at.height}>
        {(width, height) => (
          <Guard>
            <Component panel={panel} width={width} height={height} />
          </Guard>
        )}
      </UI.PanelChrome>
    </div>
  );
}

function App() {
  return (
    <ThemeContext.Provider value={theme}>
      <UI.GlobalStyles isExtensionSidebarOpen={false} hackNoBackdropBlur={false} />
      <div style={{ position: "absolute", left: GAP, top: 10, fontSize: 14, color: theme.colors.text.secondary }}>
        <span style={{ color: theme.colors.text.primary, fontSize: 18, marginRight: 24 }}>{dashboard.title}</span>
        {variables.map(({ label, text }) => (
          <span key={label} style={{ marginRight: 20 }}>
            {label} <b style={{ color: theme.colors.text.primary }}>{text}</b>
          </span>
        ))}
      </div>
      {dashboard.panels.map((panel) => (
        <Item key={panel.id} panel={panel} />
      ))}
    </ThemeContext.Provider>
  );
}

document.body.style.background = theme.colors.background.canvas;
createRoot(document.getElementById("root")).render(<App />);
