/** That what was encrypted before the disaster can be read: the API is given the key of the data. By hashes: no value is in a report or an error. */
import { sameSecret } from "../../kit/encryption-key";
import type { EncryptionKey } from "../../kit/kit";
import { type ApplicationVariables, applicationVariables } from "../declared-variables";
import type { DeployedResource } from "../deployed-resources";
import type { Check } from "./check";

export interface KeyChecked {
  readonly resources: readonly DeployedResource[];
  readonly apiName: string;
  /** The kit's; null in a kit of version 1, and then there is nothing to compare with. Secret. */
  readonly key: EncryptionKey | null;
}

export function keyChecks({ resources, apiName, key }: KeyChecked): Check[] {
  if (key === null) return [];
  return [
    {
      name: "encryption key",
      run() {
        const apis = applicationVariables(resources, apiName).filter(({ application }) => application.startsWith("API"));
        if (apis.length === 0) return Promise.reject(new Error(`there is no API ${apiName}`));
        const problems = apis.flatMap((api) => problemsOf(api, key));
        if (problems.length > 0) return Promise.reject(new Error(`${problems.join("; ")}: what prod encrypted could not be read`));
        return Promise.resolve(`${apis.map(({ application }) => application).join(" and ")} ${apis.length === 1 ? "is" : "are"} given prod's, generation ${key.current.generation} (compared by SHA-256)`);
      },
    },
  ];
}

function problemsOf({ application, variables }: ApplicationVariables, { current, previous }: EncryptionKey): string[] {
  const expected = [["ENCRYPTION_KEY", current.value], ["ENCRYPTION_KEY_PREVIOUS", previous?.value]] as const;
  return expected.flatMap(([name, value]) => {
    const found = variables.get(name);
    if (found === undefined || value === undefined) return found === value ? [] : [`${application} is given ${found === undefined ? "no" : "an unexpected"} ${name}`];
    return sameSecret(found, value) ? [] : [`${application} is given another ${name} than the kit's`];
  });
}
