/** Whether a policy lets everyone in: it holds for the anon key, and does not ask who the caller is. */
import { list, record, roleName, text, type Node } from "./tree";

export interface FollowedPolicy {
  readonly permissive: boolean;
  readonly roles: readonly string[];
  /** `using` and `with check`, as the parser gives them. */
  readonly using?: unknown;
  readonly check?: unknown;
}

/** Of `create policy`, or of `alter policy` on what was there. */
export function policyOf(node: Node, before?: FollowedPolicy): FollowedPolicy {
  const roles = list(node["roles"]).map(roleName);
  return {
    permissive: before?.permissive ?? node["permissive"] === true,
    roles: roles.length === 0 && before !== undefined ? before.roles : roles,
    using: node["qual"] ?? before?.using,
    check: node["with_check"] ?? before?.check,
  };
}

/** Those who have no account: whoever has the anon key, which is in every browser (`public` is every role). */
const everyone = ["public", "anon"];

/**
 * Whether the rows are open to whoever has the anon key. A policy without an expression lets nobody in
 * (https://www.postgresql.org/docs/15/sql-createpolicy.html), and a restrictive one only takes away.
 */
export function isOfEveryone({ permissive, roles, using, check }: FollowedPolicy): boolean {
  return permissive && roles.some((role) => everyone.includes(role)) && [using, check].some((expression) => expression !== undefined && !asksCaller(expression));
}

/** Whether every way to fulfil an expression depends on who asks. */
function asksCaller(expression: unknown): boolean {
  const [[kind, value] = ["", undefined]] = Object.entries(record(expression));
  const node = record(value);
  if (kind === "BoolExpr") {
    const parts = list(node["args"]);
    return node["boolop"] === "OR_EXPR" ? parts.every(asksCaller) : parts.some(asksCaller);
  }
  return mentionsCaller(expression);
}

/** `auth.uid()`, a function of `private`, `current_user`, `current_setting('request.jwt…')`. */
function mentionsCaller(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.some(mentionsCaller);
  if (typeof tree !== "object" || tree === null) return false;
  return Object.entries(tree).some(([kind, value]) => {
    if (kind === "SQLValueFunction") return /_USER$|_ROLE$/.test(String(record(value)["op"]));
    if (kind === "FuncCall") {
      const name = list(record(value)["funcname"]).map(text);
      if (name.at(-1) === "current_setting" || (name.length > 1 && ["auth", "private"].includes(name[0] ?? ""))) return true;
    }
    return mentionsCaller(value);
  });
}
