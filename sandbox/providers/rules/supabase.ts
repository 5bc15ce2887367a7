/** Facts about the Supabase provider's types, read from the source of terraform-provider-supabase 1.10.1. */
import { json } from "./equivalence";
import { exactlyOne, length, match, oneOf, words, type PackageFacts } from "./facts";
import { JSON_TEXT } from "./formats";

const SETTINGS = words("api auth database network pooler storage");
const onEachSetting = <T>(fact: T) => Object.fromEntries(SETTINGS.map((name) => [name, fact]));

export const supabaseFacts: PackageFacts = {
  "supabase:index/apikey:Apikey": {
    autonamed: ["name"],
    rules: { name: match(/^[a-z_][a-z0-9_]*$/, "lower-case letters, digits and underscores, not starting with a digit") },
  },
  "supabase:index/branch:Branch": {
    computed: ["persistent"],
    defaults: { persistent: false },
  },
  "supabase:index/edgeFunction:EdgeFunction": {
    computed: ["name"],
  },
  "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets": {
    sets: ["secrets"],
  },
  "supabase:index/project:Project": {
    autonamed: ["name"],
    computed: words("instanceSize legacyApiKeysEnabled"),
    rules: {
      databasePassword: length(4),
      instanceSize: oneOf(...words(`
        nano micro small medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 24xlarge_high_memory
        24xlarge_optimized_cpu 24xlarge_optimized_memory 48xlarge 48xlarge_high_memory 48xlarge_optimized_cpu 48xlarge_optimized_memory
      `)),
    },
  },
  "supabase:index/settings:Settings": {
    same: onEachSetting(json),
    rules: onEachSetting(JSON_TEXT),
  },
  "supabase:index/thirdPartyAuth:ThirdPartyAuth": {
    replace: words("customJwks jwksUrl oidcIssuerUrl projectRef"),
    same: { customJwks: json },
    rules: { customJwks: JSON_TEXT },
    groups: [exactlyOne("", "oidcIssuerUrl", "jwksUrl", "customJwks")],
  },
};
