import type { JsonObject } from "../../world/world";
import { artifacts } from "./gcp/artifacts";
import { certificates } from "./gcp/certificates";
import { regions } from "./gcp/common";
import { networkModels } from "./gcp/network";
import { computeKinds } from "./gcp/compute-names";
import { federation } from "./gcp/federation";
import { billingModels } from "./gcp/billing";
import { iam } from "./gcp/iam";
import { loadBalancerModels } from "./gcp/load-balancer";
import { loggingModels } from "./gcp/logging";
import { monitoringModels } from "./gcp/monitoring";
import { run } from "./gcp/run";
import { runJobs } from "./gcp/run-job";
import { scheduler } from "./gcp/scheduler";
import { secretName, secrets } from "./gcp/secrets";
import { text, VendorRefusal, type FunctionSituation, type VendorModel } from "./model";

function projectIn({ args, configuration }: FunctionSituation, argument = "project"): string {
  const project = args[argument] ?? configuration.project;
  if (typeof project !== "string")
    throw new VendorRefusal("project: required field is not set: set it in the call or `pulumi config set gcp:project <project>`");
  return project;
}

export const gcp: VendorModel = {
  resources: {
    ...iam,
    ...federation,
    ...artifacts,
    ...secrets,
    ...run,
    ...runJobs,
    ...scheduler,
    ...networkModels,
    ...loadBalancerModels,
    ...certificates,
    ...monitoringModels,
    ...loggingModels,
    ...billingModels,
  },
  /** Project, region and location come from the provider's configuration when the resource does not say. */
  resolve: (_token, inputs, configuration, isInput) => {
    const added: JsonObject = {};
    for (const [property, setting] of [
      ["project", "project"],
      ["region", "region"],
      ["location", "region"],
    ] as const) {
      const value = configuration[setting];
      if (isInput(property) && inputs[property] === undefined && value !== undefined) added[property] = value;
    }
    return { ...inputs, ...added };
  },
  functions: {
    "gcp:organizations/getProject:getProject": (situation) => {
      const id = projectIn(situation, "projectId").replace(/^projects\//, "");
      const made = situation.world.find("gcp:organizations/project:Project", id);
      if (!made && !situation.existing.hasGcpProject(id))
        throw new VendorRefusal(`googleapi: Error 403: The caller does not have permission: project ${id}, forbidden`);
      return {
        autoCreateNetwork: false,
        billingAccount: "",
        deletionPolicy: "PREVENT",
        folderId: "",
        labels: {},
        effectiveLabels: {},
        pulumiLabels: {},
        orgId: "",
        tags: {},
        name: id,
        ...made?.outputs,
        number: situation.existing.gcpProjectNumber(id),
        projectId: id,
        id: `projects/${id}`,
      };
    },
    "gcp:organizations/getClientConfig:getClientConfig": ({ configuration }) => ({
      accessToken: "sandbox-access-token",
      defaultLabels: configuration.defaultLabels ?? {},
      id: `projects/${String(configuration.project ?? "")}/regions/${String(configuration.region ?? "")}/zones/${String(configuration.zone ?? "")}`,
      project: configuration.project ?? "",
      region: configuration.region ?? "",
      zone: configuration.zone ?? "",
    }),
    "gcp:compute/getRegions:getRegions": (situation) => ({
      id: `projects/${projectIn(situation)}`,
      names: [...regions].sort(),
      project: projectIn(situation),
      status: situation.args.status ?? "UP",
    }),
    "gcp:compute/getNetwork:getNetwork": (situation) => {
      const id = `projects/${projectIn(situation)}/global/networks/${text(situation.args, "name")}`;
      const network = situation.world.find(computeKinds.network.type, id);
      if (!network) throw new VendorRefusal(`Network Not Found : ${id}`);
      const subnetworks = situation.world
        .list(computeKinds.subnetwork.type)
        .filter(({ outputs }) => String(outputs.network).endsWith(id) || outputs.network === network.outputs.name);
      return {
        description: "",
        networkProfile: "",
        ...network.outputs,
        subnetworksSelfLinks: subnetworks.map(({ outputs }) => outputs.selfLink ?? ""),
      };
    },
    "gcp:serviceaccount/getAccount:getAccount": (situation) => {
      const project = projectIn(situation);
      const account = text(situation.args, "accountId");
      const email = account.includes("@") ? account.replace(/^.*\//, "") : `${account}@${project}.iam.gserviceaccount.com`;
      const found = situation.world.find("gcp:serviceaccount/account:Account", `projects/${project}/serviceAccounts/${email}`);
      if (!found) throw new VendorRefusal(`googleapi: Error 404: Unknown service account: ${email}, notFound`);
      return { displayName: "", disabled: false, ...found.outputs, accountId: account };
    },
    "gcp:secretmanager/getSecretVersion:getSecretVersion": (situation) => {
      const secret = secretName(text(situation.args, "secret"), projectIn(situation));
      const versions = situation.world
        .list("gcp:secretmanager/secretVersion:SecretVersion")
        .filter(({ outputs }) => secretName(text(outputs, "secret"), projectIn(situation)) === secret)
        .sort((one, other) => Number(other.outputs.version) - Number(one.outputs.version));
      const wanted = situation.args.version ?? "latest";
      const found = wanted === "latest" ? versions[0] : versions.find(({ outputs }) => outputs.version === wanted);
      if (!found)
        throw new VendorRefusal(`googleapi: Error 404: Secret Version [${secret}/versions/${String(wanted)}] not found., notFound`);
      return { enabled: true, ...found.outputs, project: projectIn(situation) };
    },
  },
};
