// npm runs it as part of `npm version`: brings the version of package.json to every other file that names it. A file that lost its place for
// it ends the command.
import { readFileSync, writeFileSync } from "node:fs";

const VERSION = String.raw`\d+\.\d+\.\d+(?:-[\w.]+)?`;
const CHART = "deploy/helm/roboflow-exporter";

/** Where the version stands: files, and the text before it. */
const PLACES = [
  { file: `${CHART}/Chart.yaml`, before: ["\nversion: ", '\nappVersion: "'] },
  { file: `${CHART}/README.md`, before: ["/roboflow-exporter:"] },
  { file: "deploy/kubernetes/roboflow-exporter.yaml", before: ['/version: "', 'image: "roboflow-exporter:'] },
  { file: "deploy/kubernetes/README.md", before: ["`roboflow-exporter:"] },
  { file: "deploy/systemd/README.md", before: ["./roboflow-exporter-"] },
];

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
for (const { file, before } of PLACES) {
  const changed = before.reduce(
    (text, start) => {
      const pattern = new RegExp(`(${start})${VERSION}`, "g");
      if (!pattern.test(text)) throw new Error(`${file}: no version after ${JSON.stringify(start)}`);
      return text.replaceAll(pattern, `$1${version}`);
    },
    readFileSync(file, "utf8"),
  );
  writeFileSync(file, changed);
}
