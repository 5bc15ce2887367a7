import { inspect } from "node:util";
import { lookUpFailure, showLookUpFailuresAsOneLine } from "./vendor-errors";

const message =
  'error serializing property "secretData": invocation of supabase:index/getApikeys:getApikeys returned an error: grpc: the client\n connection is closing';
const line =
  "CHI-R001 supabase did not answer supabase:index/getApikeys:getApikeys: grpc: the client connection is closing; nothing can be judged without it: run the same command again when supabase answers";

describe("once installed", () => {
  afterAll(() => Reflect.deleteProperty(Error.prototype, inspect.custom));
  beforeAll(showLookUpFailuresAsOneLine);

  test("a failed look-up is one line, whatever it carries", () => {
    const error = Object.assign(new Error(message), { code: 14, cause: new Error("inner") });
    expect(inspect(error, { colors: true })).toBe(line);
  });

  test("any other error is shown as ever, with its stack", () => {
    expect(inspect(new TypeError("x is not a function"))).toMatch(/^TypeError: x is not a function\n\s+at /);
  });

  test("with CHISAN_DEBUG everything is shown", () => {
    process.env["CHISAN_DEBUG"] = "1";
    try {
      expect(inspect(new Error(message))).toMatch(/\n\s+at /);
    } finally {
      delete process.env["CHISAN_DEBUG"];
    }
  });
});

test("what is no look-up has no line", () => {
  expect(lookUpFailure("CHI-C001 something else")).toBeUndefined();
});
