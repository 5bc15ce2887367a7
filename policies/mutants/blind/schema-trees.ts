/** The vendors' schemas with what their plugins check, as a tree for each resource type. */
import { checklyFacts } from "../../../sandbox/providers/rules/checkly";
import { cloudflareFacts } from "../../../sandbox/providers/rules/cloudflare";
import type { PackageFacts } from "../../../sandbox/providers/rules/facts";
import { gcpFacts } from "../../../sandbox/providers/rules/gcp";
import { compile, type Node } from "../../../sandbox/providers/rules/node";
import { randomFacts } from "../../../sandbox/providers/rules/random";
import { readSchema } from "../../../sandbox/providers/rules/schema-file";
import { sentryFacts } from "../../../sandbox/providers/rules/sentry";
import { supabaseFacts } from "../../../sandbox/providers/rules/supabase";
import { vercelFacts } from "../../../sandbox/providers/rules/vercel";

const facts: Readonly<Record<string, PackageFacts>> = {
  gcp: gcpFacts,
  cloudflare: cloudflareFacts,
  random: randomFacts,
  vercel: vercelFacts,
  supabase: supabaseFacts,
  checkly: checklyFacts,
  sentry: sentryFacts,
};

const trees = new Map<string, Node>();

/** Undefined for what has no schema here: components, providers, dynamic resources. */
export function schemaTree(type: string): Node | undefined {
  const packageName = type.slice(0, type.indexOf(":"));
  const ofPackage = facts[packageName];
  if (ofPackage === undefined) return undefined;
  let tree = trees.get(type);
  if (tree === undefined) trees.set(type, (tree = compile(readSchema(packageName), type, ofPackage[type] ?? {}, [])));
  return tree;
}

/** Types of all the schemas. */
export function schemaTypes(): string[] {
  return Object.keys(facts).flatMap((packageName) => Object.keys(readSchema(packageName).resources));
}
