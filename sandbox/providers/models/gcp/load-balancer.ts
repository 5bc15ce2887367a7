import type { Json, JsonObject } from "../../../world/world";
import { kept, VendorRefusal, type Reference, type ResourceModel, type Situation } from "../model";
import { certificateMapReference } from "./certificates";
import { googleError } from "./common";
import { computeKinds, computeReference } from "./compute-names";
import { compute, created, fingerprint, given, labelChanges, labelled, newAddress, numeric } from "./compute-resource";
import { validateForwardingRule, validateSecurityPolicy } from "./compute-rules";

const serverless = (reference: string, type: string): Reference => ({
  property: reference,
  type,
  identity: (value, inputs) => `projects/${String(inputs.project)}/locations/${String(inputs.region)}/services/${value}`,
  missing: (value, inputs) => `googleapi: Error 404: The Cloud Run service '${value}' was not found in ${String(inputs.region)}, notFound`,
  onDelete: "dangle",
});

export const loadBalancerModels: { [token: string]: ResourceModel } = {
  [computeKinds.networkEndpointGroup.type]: compute("networkEndpointGroup", {
    references: [
      serverless("cloudRun.service", "gcp:cloudrunv2/service:Service"),
      computeReference("network", "network"),
      computeReference("subnetwork", "subnetwork"),
    ],
    validate: ({ inputs }) => {
      const kinds = ["appEngine", "cloudFunction", "cloudRun", "serverlessDeployment", "pscTargetService"].filter(
        (kind) => inputs[kind] !== undefined,
      );
      if (kinds.length !== 1)
        throw new VendorRefusal(
          `exactly one of appEngine, cloudFunction, cloudRun, serverlessDeployment, pscTargetService must be given, got: ${kinds.join(", ") || "none"}`,
        );
    },
    computed: (situation) => given(situation, { network: "", pscData: {} }),
  }),
  [computeKinds.backendService.type]: compute("backendService", {
    references: [
      computeReference("backends[].group", "networkEndpointGroup"),
      computeReference("securityPolicy", "securityPolicy", { applies: (value) => value !== "" }),
    ],
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      ...numeric(situation, "generatedId"),
      ...given(situation, {
        cdnPolicy: {},
        iap: { enabled: false },
        logConfig: { enable: false },
        portName: "",
        protocol: "HTTP",
        sessionAffinity: "NONE",
        timeoutSec: 30,
      }),
    }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.urlMap.type]: compute("urlMap", {
    references: [computeReference("defaultService", "backendService"), computeReference("pathMatchers[].defaultService", "backendService")],
    validate: ({ inputs }) => {
      if (!inputs.defaultService && !inputs.defaultUrlRedirect && !inputs.defaultRouteAction)
        throw googleError(
          400,
          "Invalid value for field 'resource': one of defaultService, defaultUrlRedirect, defaultRouteAction is required",
          "invalid",
        );
    },
    computed: (situation) => ({ ...created(situation), ...fingerprint(situation), ...numeric(situation, "mapId") }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.targetHttpsProxy.type]: compute("targetHttpsProxy", {
    references: [
      computeReference("urlMap", "urlMap"),
      computeReference("sslCertificates[]", "sslCertificate", { applies: (value) => !value.includes("certificatemanager") }),
      computeReference("sslPolicy", "sslPolicy"),
      certificateMapReference,
    ],
    validate: ({ inputs }) => {
      const certificates = [inputs.sslCertificates, inputs.certificateManagerCertificates].some(
        (list) => Array.isArray(list) && list.length > 0,
      );
      if (!certificates && !inputs.certificateMap)
        throw googleError(
          400,
          "Required field 'resource.sslCertificates' not specified: one of sslCertificates, certificateManagerCertificates, certificateMap",
          "required",
        );
    },
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      ...numeric(situation, "proxyId"),
      ...given(situation, { proxyBind: false, tlsEarlyData: "DISABLED" }),
    }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.targetHttpProxy.type]: compute("targetHttpProxy", {
    references: [computeReference("urlMap", "urlMap")],
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      ...numeric(situation, "proxyId"),
      ...given(situation, { proxyBind: false }),
    }),
    changesOnUpdate: ["fingerprint"],
  }),
  [computeKinds.forwardingRule.type]: compute("forwardingRule", {
    references: [
      computeReference("target", "targetHttpsProxy", { applies: (value) => value.includes("/targetHttpsProxies/") }),
      computeReference("target", "targetHttpProxy", { applies: (value) => value.includes("/targetHttpProxies/") }),
      computeReference("ipAddress", "globalAddress", { applies: (value) => value.includes("/addresses/") }),
    ],
    validate: validateForwardingRule,
    computed: (situation) => ({
      ...labelled(situation),
      ...numeric(situation, "forwardingRuleId"),
      baseForwardingRule: "",
      pscConnectionId: "",
      pscConnectionStatus: "",
      ipAddress: addressOf(situation),
      ...given(situation, { ipProtocol: "TCP", network: "", networkTier: "PREMIUM", serviceDirectoryRegistrations: {}, subnetwork: "" }),
    }),
    changesOnUpdate: labelChanges,
  }),
  [computeKinds.sslCertificate.type]: compute("sslCertificate", {
    validate: ({ inputs }) => {
      const domains = ((inputs.managed as JsonObject | undefined)?.domains ?? []) as string[];
      if (domains.length === 0 || domains.length > 100)
        throw googleError(400, `Invalid value for field 'resource.managed.domains': 1 to 100 domains, got ${domains.length}`, "invalid");
      const wild = domains.find((domain) => domain.startsWith("*") || !domain.includes("."));
      if (wild)
        throw googleError(
          400,
          `Invalid value for field 'resource.managed.domains': '${wild}'. Wildcards and bare names are not supported`,
          "invalid",
        );
    },
    computed: (situation) => ({
      ...created(situation),
      ...numeric(situation, "certificateId"),
      expireTime: "",
      subjectAlternativeNames: ((situation.inputs.managed as JsonObject | undefined)?.domains ?? []) as Json,
    }),
  }),
  [computeKinds.sslPolicy.type]: compute("sslPolicy", {
    computed: (situation) => ({
      ...created(situation),
      ...fingerprint(situation),
      enabledFeatures: ((situation.inputs.customFeatures as Json[] | undefined) ?? [
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      ]) as Json,
    }),
    changesOnUpdate: ["fingerprint", "enabledFeatures"],
  }),
  [computeKinds.securityPolicy.type]: compute("securityPolicy", {
    validate: validateSecurityPolicy,
    computed: (situation) => ({
      ...labelled(situation),
      ...fingerprint(situation),
      ...given(situation, {
        advancedOptionsConfig: {},
        type: "CLOUD_ARMOR",
        rules: [
          {
            action: "allow",
            priority: 2147483647,
            description: "default rule",
            match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
          },
        ],
      }),
    }),
    changesOnUpdate: ["fingerprint", ...labelChanges],
  }),
};

function addressOf(situation: Situation): Json {
  const { ipAddress } = situation.inputs;
  if (typeof ipAddress !== "string" || ipAddress === "") return kept(situation, "ipAddress", () => newAddress(situation));
  return ipAddress;
}
