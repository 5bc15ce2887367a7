/** What is wrong in the environments' specifications is said by every command as an error of its own, not as a crash. */
describe("a specification that contradicts itself", () => {
  const { argv, exitCode } = process;
  afterEach(() => {
    process.argv = argv;
    process.exitCode = exitCode;
    process.stdout.removeAllListeners("error");
    jest.restoreAllMocks();
  });

  test("is one line with its code, without a stack trace, and the command fails", async () => {
    process.argv = ["node", "chisan", "parity"];
    const said: string[] = [];
    jest.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
    jest.doMock("./incident/record-command", () => ({ recordCommand: jest.fn() }));
    jest.doMock("../stacks/prod", () => {
      const { prod } = jest.requireActual<typeof import("../stacks/prod")>("../stacks/prod");
      return { prod: { ...prod, pointInTimeRecoveryDays: null } };
    });
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      require("./main");
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(said.join("")).toMatch(/^CHI-E001 [^\n]*pointInTimeRecoveryDays[^\n]*\n$/);
    expect(process.exitCode).toBe(1);
  });
});
