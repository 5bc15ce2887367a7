import { AlertChannel } from "@checkly/pulumi/alertChannel";
import { Check } from "@checkly/pulumi/check";
import { CheckGroup } from "@checkly/pulumi/checkGroup";
import type * as pulumi from "@pulumi/pulumi";
import { ChisanComponent } from "./component";
import {
  type ExternalChecksArgs,
  alertChannelInputs,
  checkExternalChecks,
  checkGroupInputs,
  checkInputs,
  checkTargets,
} from "./external-checks-inputs";

/**
 * Checks from outside (Checkly): whether the web app and the API answer, as users reach them, through Cloudflare, Vercel and Google. None of these watches
 * itself, and Cloud Monitoring, which watches too, is Google's.
 *
 * Needs a `checkly.Provider` among the component's providers.
 */
export class ExternalChecks extends ChisanComponent {
  /** By part of the name: `api-health`, `api-ready`, `app-page`, `app-api-health`. */
  public readonly checkIds: Readonly<Record<string, pulumi.Output<string>>>;

  public constructor(name: string, args: ExternalChecksArgs, options?: pulumi.ComponentResourceOptions) {
    super("ExternalChecks", name, options);
    checkExternalChecks(args);
    const channels = Object.entries(alertChannelInputs(args)).map(
      ([part, inputs]) => new AlertChannel(`${name}-channel-${part}`, inputs, this.child()),
    );
    const group = new CheckGroup(`${name}-group`, checkGroupInputs(args, channels.map(numericId)), this.child());
    this.checkIds = Object.fromEntries(
      Object.entries(checkTargets(args)).map(([part, target]) => [
        part,
        new Check(`${name}-${part}`, checkInputs(args, part, target, numericId(group)), this.child()).id,
      ]),
    );
    this.registerOutputs({ checkIds: this.checkIds });
  }
}

/** Checkly's numbers; the engine keeps every ID as text. */
function numericId({ id }: pulumi.CustomResource): pulumi.Output<number> {
  return id.apply(Number);
}
