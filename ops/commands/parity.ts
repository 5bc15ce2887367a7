import { Argument, type Command, InvalidArgumentError } from "commander";
import { cloudStacks, type CloudStack } from "../../config/stack-configuration-keys";

/** Exit code when environments differ undeclared; 1 is any error. */
export const differs = 3;

interface ParityOptions {
  json?: boolean;
  all?: boolean;
  deployed?: boolean;
  cloud?: boolean;
}

/** `chisan parity [a b]`: whether the environments are alike but for what is declared. Unless --deployed, no engine, state or cloud takes part. */
export function addParity(program: Command): void {
  program
    .command("parity")
    .description(`compare environments' resources: each difference with its reason; ends with ${differs} when one is undeclared`)
    .addArgument(environmentArgument("a"))
    .addArgument(environmentArgument("b"))
    .option("--json", "the comparison as JSON, on stdout: every difference")
    .option("--all", "a line for each difference, with whole values, also where several are alike")
    .option("--deployed", "what the stacks' states say, and not what their programs declare")
    .option("--cloud", "with --deployed: the states of the real environments, and not the sandbox's")
    .addHelpText("after", "\nWithout names: staging and chisan-dr, each with prod. Exit code: 0 all declared, 3 undeclared or unused, 1 an error.")
    .action(async (a: CloudStack | undefined, b: CloudStack | undefined, options: ParityOptions) => {
      // Loaded here: no other command needs them in this process.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { defaultPairs, parityOfDeployed, parityOfPrograms } = require("../parity/parity") as typeof import("../parity/parity");
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { comparisonsJson, comparisonText, verdict } = require("../parity/report") as typeof import("../parity/report");
      if (options.cloud === true && options.deployed !== true) throw new Error("CHI-Y007 --cloud says whose states are compared, and without --deployed none is: npx chisan parity --deployed --cloud");
      const pairs = a === undefined ? defaultPairs : [[a, otherOf(a, b)] as const];
      const comparisons = await (options.deployed === true ? parityOfDeployed(pairs, options.cloud === true) : parityOfPrograms(pairs));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(comparisonsJson(comparisons, options.deployed === true ? "deployed" : "declared"), undefined, 2)}\n`
          : `${comparisons.map((comparison) => comparisonText(comparison, { all: options.all === true })).join("\n\n")}\n`,
      );
      const failure = verdict(comparisons);
      if (failure === undefined) return;
      process.stderr.write(`${failure}\n`);
      process.exitCode = differs;
    });
}

/** @throws CHI-Y004 for a comparison of one */
function otherOf(a: CloudStack, b: CloudStack | undefined): CloudStack {
  if (b !== undefined && b !== a) return b;
  const other = a === "prod" ? "staging" : "prod";
  throw new Error(`CHI-Y004 parity compares two environments, found ${b === undefined ? `only ${a}` : `${a} twice`}: npx chisan parity ${a} ${other}`);
}

function environmentArgument(name: string): Argument {
  return new Argument(`[${name}]`, `one of ${cloudStacks.join(", ")}`).argParser((value: string): CloudStack => {
    if ((cloudStacks as readonly string[]).includes(value)) return value as CloudStack;
    const why = value === "dev" ? "dev is a developer's machine and has no resource to compare" : `there is no environment "${value}"`;
    throw new InvalidArgumentError(`${why}: name one of ${cloudStacks.join(", ")}`);
  });
}
