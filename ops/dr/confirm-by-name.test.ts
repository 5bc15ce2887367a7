import { confirmByName } from "./confirm-by-name";

const ask = (options: { yes?: boolean; confirm?: string }) => confirmByName("prod", "This moves it.", "npx chisan dr region --stack prod --away seoul --cloud", options);
const said = "npx chisan dr region --stack prod --away seoul --cloud --yes --confirm prod";

test("a pipeline says --yes and the stack's name", async () => {
  await expect(ask({ yes: true, confirm: "prod" })).resolves.toBeUndefined();
});

// Jest's standard input is no terminal: nobody can be asked.
test.each([[{}], [{ yes: true }], [{ confirm: "prod" }]])("%j is no confirmation", async (options) => {
  const isTTY = process.stdin.isTTY;
  process.stdin.isTTY = false;
  try {
    await expect(ask(options)).rejects.toThrow(`nobody confirmed, nothing was touched: ${said}`);
  } finally {
    process.stdin.isTTY = isTTY;
  }
});

test("another stack's name is refused", async () => {
  await expect(ask({ yes: true, confirm: "staging" })).rejects.toThrow(`CHI-D010 --confirm says "staging", the stack is "prod", nothing was touched: ${said}`);
});
