/** Cut-over, stand-up and each disaster by its runbook on the real engine: too long for every change, and run before a release and after a change of ops/dr. The drill, which goes the whole way, is in tests/e2e. */
const endToEnd = require("./jest.e2e.config.cjs");

module.exports = { ...endToEnd, roots: ["<rootDir>/tests/recovery"] };
