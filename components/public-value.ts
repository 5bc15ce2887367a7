import * as pulumi from "@pulumi/pulumi";

/**
 * The value of a container's public variable, which is readable in the console.
 *
 * @param refusal what a secret value is refused with: one line that names the variable, and not its value
 * @throws the refusal, while the program runs
 */
export function publicOnly(given: pulumi.Input<string>, refusal: string): pulumi.Output<string> {
  const value = pulumi.output(given);
  return pulumi.all([value, pulumi.isSecret(value)]).apply(([known, secret]) => unlessSecret(known, secret, refusal));
}

export function unlessSecret(value: string, secret: boolean, refusal: string): string {
  if (secret) throw new Error(refusal);
  return value;
}
