/** Facts about the Vercel provider's types for teams and access, read from the source of terraform-provider-vercel 5.10. */
import { exactlyOne, items, length, match, oneOf, range, words, type PackageFacts } from "../facts";

export const teamsFacts: PackageFacts = {
  "vercel:index/accessGroup:AccessGroup": {
    autonamed: words("name"),
    computed: words("teamId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/accessGroupMember:AccessGroupMember": {
    computed: words("teamId"),
    replace: words("accessGroupId userId"),
    replaceIfSet: words("teamId"),
  },
  "vercel:index/accessGroupProject:AccessGroupProject": {
    computed: words("teamId"),
    replace: words("accessGroupId projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      role: oneOf("ADMIN", "PROJECT_DEVELOPER", "PROJECT_VIEWER"),
    },
  },
  "vercel:index/teamConfig:TeamConfig": {
    computed: words(`
      description emailDomain enablePreviewFeedback enableProductionFeedback hideIpAddresses hideIpAddressesInLogDrains name
      previewDeploymentSuffix remoteCaching remoteCaching.enabled saml saml.enforced saml.roles saml.roles.accessGroupId
      saml.roles.role sensitiveEnvironmentVariablePolicy slug
    `),
    replace: words("avatar"),
    rules: {
      avatar: items(1, 1),
      enablePreviewFeedback: oneOf("default", "on", "off"),
      enableProductionFeedback: oneOf("default", "on", "off"),
      "saml.roles.role": oneOf(...words(`MEMBER OWNER VIEWER DEVELOPER BILLING CONTRIBUTOR`)),
      sensitiveEnvironmentVariablePolicy: oneOf("on", "off"),
    },
  },
  "vercel:index/teamMember:TeamMember": {
    computed: words("email userId"),
    sets: words("accessGroups projects"),
    replace: words("projects teamId"),
    replaceIfSet: words("email userId"),
    rules: {
      accessGroups: items(1),
      "projects.role": oneOf("ADMIN", "PROJECT_VIEWER", "PROJECT_DEVELOPER"),
      role: oneOf(...words(`MEMBER OWNER VIEWER VIEWER_FOR_PLUS DEVELOPER BILLING SECURITY CONTRIBUTOR`)),
    },
    groups: [
      exactlyOne("", "email", "userId"),
    ],
  },
  "vercel:index/userToken:UserToken": {
    autonamed: words("name"),
    computed: words("teamId"),
    replace: words("expiresAt name projectId"),
    replaceIfSet: words("teamId"),
    rules: {
      expiresAt: range(1),
      name: length(0, 256),
    },
  },
  "vercel:index/oauthApp:OauthApp": {
    autonamed: words("name"),
    computed: words("scopes teamId"),
    sets: words("redirectUris scopes"),
    replaceIfSet: words("teamId"),
    rules: {
      description: length(0, 500),
      name: length(3, 200),
      redirectUris: items(0, 20),
      "scopes.*": oneOf(...words(`openid email profile offline_access`)),
      slug: [length(3, 200), match(/^[a-z0-9-]+$/, "lower-case letters, digits and hyphens")],
    },
  },
  "vercel:index/oauthAppClientSecret:OauthAppClientSecret": {
    computed: words("teamId"),
    replace: words("oauthAppId"),
    replaceIfSet: words("teamId"),
  },
};
