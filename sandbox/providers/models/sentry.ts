import { derivedDigits } from "./existing-things";
import { text, VendorRefusal, type VendorModel } from "./model";
import { alerts } from "./sentry-alerts";
import { projects } from "./sentry-project";

/**
 * Sentry. An organization, its members and its connection with Slack exist beforehand: nobody makes them from code. A project's first key and first rule,
 * which Sentry makes by itself, are left out: nothing of ours names them.
 */
export const sentry: VendorModel = {
  resources: { ...projects, ...alerts },
  functions: {
    // Every workspace with a name is connected, always with the same number.
    "sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration": ({ args }) => {
      const [organization, providerKey, name] = [text(args, "organization"), text(args, "providerKey"), text(args, "name")];
      if (providerKey !== "slack" || name.trim() === "") throw new VendorRefusal(`Can't find Sentry Organization Integration: ${name}`);
      const number = derivedDigits(`sentry integration ${organization} ${providerKey} ${name}`, 6);
      return { id: number, internalId: number, organization, providerKey, name };
    },
  },
};
