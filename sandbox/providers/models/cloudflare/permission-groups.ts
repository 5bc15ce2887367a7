const bucket = "com.cloudflare.edge.r2.bucket";
const account = "com.cloudflare.api.account";
const zone = "com.cloudflare.api.account.zone";

/**
 * Some of the vendor's permission groups, by the IDs they have in reality (they are the same for every account):
 * https://developers.cloudflare.com/fundamentals/api/reference/permissions/ and the permission_groups endpoint, read 2026-11.
 */
export const permissionGroups: Array<{ id: string; name: string; scopes: string[] }> = [
  { id: "2efd5506f9c8494dacb1fa10a3e7d5b6", name: "Workers R2 Storage Bucket Item Write", scopes: [bucket] },
  { id: "6a018a9f2fc74eb6b293b0c548f38b39", name: "Workers R2 Storage Bucket Item Read", scopes: [bucket] },
  { id: "bf7481a1826f439697cb59a20b22293e", name: "Workers R2 Storage Write", scopes: [account] },
  { id: "b4992e1108244f5d8bfbd5744320c2e1", name: "Workers R2 Storage Read", scopes: [account] },
  { id: "c8fed203ed3043cba015a93ad1616f1f", name: "Zone Read", scopes: [zone] },
  { id: "3030687196b94b638145a3953da2b699", name: "Zone Settings Write", scopes: [zone] },
  { id: "c03055bc037c4ea9afb9a9f104b7b721", name: "SSL and Certificates Write", scopes: [zone] },
  { id: "4755a26eedb94da69e1066d98aa820be", name: "DNS Write", scopes: [zone] },
];
