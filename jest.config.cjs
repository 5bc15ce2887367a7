/** Unit tests lie beside the code they test; the end-to-end tests on the real engine are in tests/e2e with a configuration of their own. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/bench", "<rootDir>/components", "<rootDir>/config", "<rootDir>/ops", "<rootDir>/policies", "<rootDir>/sandbox", "<rootDir>/stacks", "<rootDir>/supabase", "<rootDir>/workers", "<rootDir>/toolchain"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.(?:[cm]?ts|js)$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }] },
  // These come as ES modules only. Node loads them with `require`; Jest has to have them transpiled.
  transformIgnorePatterns: ["/sdks/", "/node_modules/(?!(age-encryption|@noble|@scure)/)"],
  moduleFileExtensions: ["ts", "js", "cjs", "mjs", "json", "node"],
  maxWorkers: 2,
  // Several suites start servers or load the vendors' schemas, on machines that are busy with other things.
  testTimeout: 60_000,
};
