/** The whole on the real engine: slow, one at a time, each test file with a sandbox of its own. */
const unit = require("./jest.config.cjs");

module.exports = { ...unit, roots: ["<rootDir>/tests/e2e"], maxWorkers: 1, testTimeout: 300_000 };
