import fc from "fast-check";
import { arrangeArguments, refusal, stackOf } from "./pulumi-arguments";

const file = "/sandbox/Pulumi.prod.yaml";

describe("the stack that arguments name", () => {
  test.each([
    [["up", "-s", "prod"], "prod"],
    [["-s", "prod", "up"], "prod"],
    [["up", "--stack", "prod"], "prod"],
    [["up", "--stack=prod"], "prod"],
    [["up", "-sprod"], "prod"],
    [["up", "-s=prod"], "prod"],
    [["up", "-s", "organization/chisan/prod"], "prod"],
    [["stack", "rm", "prod"], "prod"],
    [["stack", "rm", "--yes", "prod"], "prod"],
    [["stack", "rm", "-s", "staging"], "staging"],
    [["up"], undefined],
    [["config", "set", "key", "--", "-sprod"], undefined],
    [["config", "set", "key", "-s"], undefined],
    [["up", "--suppress-outputs"], undefined],
    [["--show-sames"], undefined],
    [[], undefined],
  ] as const)("%j: %s", (args, stack) => expect(stackOf(args)).toBe(stack));

  test("it is found wherever it stands, and the last part of a qualified name counts", () => {
    const word = fc.stringMatching(/^[a-z][a-z-]{0,12}$/);
    const others = fc.array(fc.constantFrom("up", "--yes", "--diff", "--color=never", "--json"), { maxLength: 5 });
    fc.assert(
      fc.property(word, others, others, fc.constantFrom("short", "long", "joined"), fc.boolean(), (stack, before, after, form, qualified) => {
        const name = qualified ? `organization/chisan/${stack}` : stack;
        const named = form === "short" ? ["-s", name] : form === "long" ? ["--stack", name] : [`--stack=${name}`];
        expect(stackOf([...before, ...named, ...after])).toBe(stack);
      }),
    );
  });
});

describe("the arguments as the CLI gets them", () => {
  test.each(["up", "update", "preview", "refresh", "destroy", "import", "config", "watch"])("%s gets the rehearsal's configuration file", (command) => {
    expect(arrangeArguments([command, "-s", "prod"], file)).toEqual([command, "--config-file", file, "-s", "prod"]);
  });

  test("flags before the command stay before it", () => {
    expect(arrangeArguments(["--color", "never", "-v", "3", "up", "--yes"], file)).toEqual(["--color", "never", "-v", "3", "up", "--config-file", file, "--yes"]);
  });

  test("a subcommand's arguments stay after it", () => {
    expect(arrangeArguments(["config", "set", "a", "b"], file)).toEqual(["config", "--config-file", file, "set", "a", "b"]);
  });

  test.each([
    ["the caller's own file", ["up", "--config-file", "mine.yaml"]],
    ["the caller's own file, joined", ["up", "--config-file=mine.yaml"]],
    ["a command without configuration", ["stack", "output", "-s", "prod"]],
    ["nothing", []],
    ["help", ["--help"]],
  ])("%s is left as it is", (_title, args) => expect(arrangeArguments(args, file)).toEqual(args));

  test("without a stack of ours nothing is added", () => {
    expect(arrangeArguments(["up", "-s", "other"], undefined)).toEqual(["up", "-s", "other"]);
  });

  test("`stack rm` leaves the committed file alone", () => {
    expect(arrangeArguments(["stack", "rm", "prod", "--yes"], file)).toEqual(["stack", "rm", "prod", "--yes", "--preserve-config"]);
  });

  test("whatever is given, all of it arrives, in its order, and at most the file is added, once", () => {
    const argument = fc.oneof(fc.constantFrom("up", "preview", "stack", "rm", "config", "-s", "prod", "--", "--config-file", "--cwd"), fc.string());
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 8 }), (args) => {
        const arranged = arrangeArguments(args, file);
        const added = arranged.length - args.length;
        expect([0, 1, 2]).toContain(added);
        const without = [...arranged];
        if (added === 2) without.splice(arranged.indexOf(file) - 1, 2);
        if (added === 1) expect(without.pop()).toBe("--preserve-config");
        expect(without).toEqual(args);
      }),
    );
  });
});

describe("what a rehearsal does not run", () => {
  test.each([
    [["stack", "init", "foo"]],
    [["--color", "never", "stack", "init", "-s", "foo"]],
    [["stack", "change-secrets-provider", "passphrase", "-s", "staging"]],
    [["stack", "rename", "bar"]],
    [["config", "cp", "--dest", "prod"]],
    [["config", "env", "init"]],
    [["new", "typescript"]],
  ])("%j would write committed files", (args) => {
    expect(refusal(args)).toMatch(/^CHI-O015 `pulumi [a-z -]+` would write the committed Pulumi files, which a rehearsal only reads: .+/);
  });

  test.each([[["up", "-s", "prod"]], [["stack", "select", "prod"]], [["stack", "init", "--help"]], [["config", "set", "init", "x"]], [["stack"]], [["--version"]], [[]]])("%j is run", (args: string[]) => {
    expect(refusal(args)).toBeUndefined();
  });
});
