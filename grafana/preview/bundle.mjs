import { build } from "esbuild";

/** Bundles app.jsx with Grafana's components into the directory: app.js and app.css. */
export function bundle(directory) {
  return build({
    entryPoints: [new URL("app.jsx", import.meta.url).pathname],
    bundle: true,
    outfile: `${directory}/app.js`,
    loader: { ".svg": "dataurl", ".ttf": "dataurl", ".woff2": "dataurl" },
    define: { "process.env.NODE_ENV": '"production"', global: "window" },
    minify: true,
    logLevel: "error",
  });
}
