/** What Node.js is started with by `npm start`, the demo, the image and the compose file (test/contract/node-options.test.ts). */
export const NODE_OPTIONS = ["--enable-source-maps", "--max-semi-space-size=4"];
