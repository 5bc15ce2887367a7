import { type Registration } from "../../components/recording/record-registrations";
import { plainValue, secretPaths } from "../../components/recording/wire";

/** In the place of a secret input. */
export const maskedSecret = "[secret]";
/** In the place of an input that is known only once another resource exists. */
export const unknownValue = "[unknown]";

/** A resource, or a component, that a stack's program declares. */
export interface DeclaredResource extends Omit<Registration, "wire"> {
  /** Plain values, with `maskedSecret` and `unknownValue` where there is nothing to show: no secret is in here. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Where secrets were: `secretData`, `containers[0].envs[2].value`. */
  readonly secretInputs: readonly string[];
}

/** What was sent to the engine, without its secrets. */
export function declaredResource({ wire, ...rest }: Registration): DeclaredResource {
  return {
    ...rest,
    inputs: plainValue(wire, () => maskedSecret, unknownValue) as Record<string, unknown>,
    secretInputs: secretPaths(wire).sort(),
  };
}
