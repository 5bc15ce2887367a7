/** Whole recoveries on the real engine, from the disaster to the way back: too long for every change, and run before a release and after a change of ops/dr. */
const endToEnd = require("./jest.e2e.config.cjs");

module.exports = { ...endToEnd, roots: ["<rootDir>/tests/recovery"] };
