import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { StackName } from "../../config/naming";
import { repositoryRoot } from "../../sandbox/control/paths";
import { stackArgument } from "./stack-argument";

interface GraphOptions {
  output?: string;
  all?: boolean;
  json?: boolean;
}

/** `chisan graph <stack>`: what the stack's program declares, as a picture. No engine, no sandbox and no cloud takes part. */
export function addGraph(program: Command): void {
  program
    .command("graph")
    .description("draw a stack's declared resources as an SVG file, grouped by component")
    .addArgument(stackArgument())
    .option("--output <file>", "where to write it (.chisan/graph/<stack>.svg unless given)")
    .option("--all", "a box for each resource, also where several are alike")
    .option("--json", "only the graph itself, as JSON, on stdout: every resource and every dependency")
    .action(async (stack: StackName, { output, all, json }: GraphOptions) => {
      // Loaded here: the program and Pulumi's SDK are much, and no other command needs them in this process.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { graphOf, pictureOf } = require("../graph/picture") as typeof import("../graph/picture");
      const graph = await graphOf(stack);
      if (json) {
        process.stdout.write(`${JSON.stringify(graph, undefined, 2)}\n`);
        return;
      }
      const file = output === undefined ? join(ownFolder(), `${stack}.svg`) : resolve(output);
      write(file, await pictureOf(graph, { all }));
      process.stdout.write(`${relative(process.cwd(), file)}\n`);
    });
}

function ownFolder(): string {
  const folder = join(repositoryRoot, ".chisan", "graph");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @throws CHI-G005 when the file cannot be written */
function write(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`CHI-G005 ${file} cannot be written (${code ?? message}): name another file, in a folder that exists, with --output`);
  }
}
