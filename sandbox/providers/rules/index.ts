/**
 * The rules of each provider package: what the vendor's real plugin would say of inputs and of an update before it calls any API.
 * Pure functions over the real schemas (`sandbox/schemas`), the fact tables beside this file, and `replacements.json`.
 */
import type { CheckFailure, CheckResult, DiffResult, PackageRules, Value, Values } from "../contract";
import { checkInputs, type Style } from "./check";
import { diffFramework } from "./diff-framework";
import { diffSdk } from "./diff-sdk";
import { checklyFacts } from "./checkly";
import { cloudflareFacts } from "./cloudflare";
import type { PackageFacts } from "./facts";
import { gcpFacts } from "./gcp";
import { brokenGroupRule } from "./group-rules";
import { compile, type Node } from "./node";
import { randomFacts } from "./random";
import { readReplacements, readSchema } from "./schema-file";
import { sentryFacts } from "./sentry";
import { supabaseFacts } from "./supabase";
import { isAbsent } from "./values";
import { vercelFacts } from "./vercel";

/** The packages whose real plugins' answers are recorded (`sandbox/oracle`). */
export const RECORDED_PACKAGES = ["gcp", "cloudflare", "random", "vercel", "supabase"] as const;
/** All packages. The rules of those that are not recorded are read from their providers' sources only. */
export const PACKAGE_NAMES = [...RECORDED_PACKAGES, "checkly", "sentry"] as const;
export type PackageName = (typeof PACKAGE_NAMES)[number];

const PACKAGES: Record<PackageName, { style: Style; facts: PackageFacts }> = {
  gcp: { style: "sdk", facts: gcpFacts },
  cloudflare: { style: "framework", facts: cloudflareFacts },
  random: { style: "framework", facts: randomFacts },
  vercel: { style: "framework", facts: vercelFacts },
  supabase: { style: "framework", facts: supabaseFacts },
  checkly: { style: "sdk", facts: checklyFacts },
  sentry: { style: "sdk", facts: sentryFacts },
};

const loaded = new Map<PackageName, PackageRules>();

/** The rules of one package: pure functions that share compiled trees. Reads its schema on first use, compiles each resource type when it is first asked about. */
export function loadRules(packageName: PackageName): PackageRules {
  let rules = loaded.get(packageName);
  if (!rules) loaded.set(packageName, (rules = packageRules(packageName)));
  return rules;
}

function packageRules(packageName: PackageName): PackageRules {
  const { style, facts } = PACKAGES[packageName];
  const schema = readSchema(packageName);
  const replacements = readReplacements();
  const nodes = new Map<string, Node>();
  const nodeOf = (token: string): Node => {
    let node = nodes.get(token);
    if (!node) nodes.set(token, (node = compile(schema, token, facts[token] ?? {}, replacements[token]?.replace ?? [])));
    return node;
  };
  return {
    check(token: string, inputs: Values): CheckResult {
      const root = nodeOf(token);
      const failures = checkInputs(token, root, style, inputs);
      return { inputs: style === "sdk" ? withDefaults(root, inputs) : inputs, failures };
    },
    planFailures(token: string, inputs: Values): CheckFailure[] {
      return nodeOf(token).atPlan.flatMap((rule) => {
        const broken = brokenGroupRule(rule, inputs);
        return broken ? [{ property: broken.about, reason: `${token}: ${broken.reason}` }] : [];
      });
    },
    diff(token: string, olds: Values, news: Values): DiffResult {
      const root = nodeOf(token);
      const changes = style === "sdk" ? diffSdk(root, olds, news) : diffFramework(root, olds, news);
      if (changes.length === 0) return { outcome: "none" };
      const fixed = (replacements[token]?.fail ?? []).filter((name) => changes.some((each) => each.path === name || each.path.startsWith(`${name}.`)));
      if (fixed.length > 0) {
        return { outcome: "refused", reason: `${token}: ${fixed.join(" and ")} cannot be changed after creation, and the provider does not replace`, changes };
      }
      return { outcome: changes.some((each) => each.replaces) ? "replace" : "update", changes };
    },
  };
}

/** The top-level defaults that the bridge of an SDK v2 plugin writes into the checked inputs. */
function withDefaults(root: Node, inputs: Values): Values {
  const filled: { [key: string]: Value } = { ...inputs };
  for (const [name, node] of root.properties) if (node.default !== undefined && isAbsent(filled[name])) filled[name] = node.default;
  return filled;
}
