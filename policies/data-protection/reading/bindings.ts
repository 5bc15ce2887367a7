/** What a Worker of Cloudflare is given as text: in clear, or as a secret that its settings do not show. */
import type { PolicyResource } from "../../framework/policy";
import { eachKnown, record } from "../../least-privilege/reading/properties";

export const worker = "cloudflare:index/workersScript:WorkersScript";

export interface Binding {
  readonly name: string;
  readonly type: string;
  /** Reads it: throws while it is not known. */
  readonly value: () => unknown;
}

/** The bindings whose values the settings show. */
export function eachPlainBinding(resource: Pick<PolicyResource, "props">, check: (binding: Binding) => void): void {
  eachBinding(resource, ["plain_text", "json"], check);
}

export function eachSecretBinding(resource: Pick<PolicyResource, "props">, check: (binding: Binding) => void): void {
  eachBinding(resource, ["secret_text"], check);
}

function eachBinding({ props }: Pick<PolicyResource, "props">, types: readonly string[], check: (binding: Binding) => void): void {
  eachKnown(props["bindings"], (value) => {
    const binding = record(value);
    const type = String(binding["type"]);
    if (types.includes(type)) check({ name: String(binding["name"]), type, value: () => (type === "json" ? binding["json"] : binding["text"]) });
  });
}
