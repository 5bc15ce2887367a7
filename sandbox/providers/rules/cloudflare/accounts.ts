/** Facts about the Cloudflare provider's types for accounts, members and tokens, read from the source of terraform-provider-cloudflare 5.22. */
import { exactlyOne, oneOfAnyCase, words, type PackageFacts } from "../facts";
import { RFC3339 } from "../formats";

export const accountsFacts: PackageFacts = {
  "cloudflare:index/accountMember:AccountMember": {
    computed: words("policies roles status"),
    sets: words("policies policies.permissionGroups policies.resourceGroups roles"),
    replace: words("accountId"),
    replaceIfSet: words("status"),
    rules: {
      "policies.access": oneOfAnyCase("allow", "deny"),
      status: oneOfAnyCase("accepted", "pending"),
    },
    groups: [
      exactlyOne("", "roles", "policies"),
    ],
    inPlace: words("email"),
  },
  "cloudflare:index/accountToken:AccountToken": {
    computed: words("status"),
    replace: words("accountId"),
    rules: {
      expiresOn: RFC3339,
      notBefore: RFC3339,
      "policies.effect": oneOfAnyCase("allow", "deny"),
      status: oneOfAnyCase("active", "disabled", "expired"),
    },
  },
  "cloudflare:index/apiToken:ApiToken": {
    computed: words("status"),
    rules: {
      expiresOn: RFC3339,
      notBefore: RFC3339,
      "policies.effect": oneOfAnyCase("allow", "deny"),
      status: oneOfAnyCase("active", "disabled", "expired"),
    },
  },
};
