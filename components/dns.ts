import * as pulumi from "@pulumi/pulumi";
import { DnsRecord } from "@pulumi/cloudflare/dnsRecord";
import { ZoneDnssec } from "@pulumi/cloudflare/zoneDnssec";
import { ZoneSetting } from "@pulumi/cloudflare/zoneSetting";
import { ChisanComponent } from "./component";
import {
  type DnsArgs,
  apiRecordInputs,
  appRecordInputs,
  caaRecordInputs,
  certificateRecordInputs,
  checkDns,
  zoneSettingInputs,
} from "./dns-inputs";

/**
 * An environment's records, and in the stack that owns them the settings of the zone.
 *
 * A cut-over moves two records and touches nothing else: they are always `<name>-app` and `<name>-api`, directly under this component,
 * and depend on nothing but their target, so that `pulumi up --target` reaches them alone.
 */
export class Dns extends ChisanComponent {
  /** The DS record that the registrar must publish for DNSSEC to take effect (nothing to do where Cloudflare is the registrar). Only from the owner of the zone's settings. */
  public readonly dnssecDelegation?: pulumi.Output<string>;

  public constructor(name: string, args: DnsArgs, options?: pulumi.ComponentResourceOptions) {
    super("Dns", name, options);
    checkDns(args);
    if (args.app !== undefined) new DnsRecord(`${name}-app`, appRecordInputs(args, args.app), this.child());
    if (args.api !== undefined) new DnsRecord(`${name}-api`, apiRecordInputs(args, args.api), this.child());
    if (args.certificate !== undefined) {
      new DnsRecord(`${name}-api-certificate`, certificateRecordInputs(args, args.certificate), this.child());
    }
    if (args.zoneSettings !== undefined) this.dnssecDelegation = this.secureZone(args, args.zoneSettings.securityContact);
    this.registerOutputs({});
  }

  private secureZone(args: DnsArgs, securityContact: string): pulumi.Output<string> {
    for (const [part, inputs] of Object.entries(zoneSettingInputs(args.zoneId)))
      new ZoneSetting(`${this.name}-${part}`, inputs, this.child());
    for (const [part, inputs] of Object.entries(caaRecordInputs(args, securityContact))) {
      new DnsRecord(`${this.name}-${part}`, inputs, this.child());
    }
    return new ZoneDnssec(`${this.name}-dnssec`, { zoneId: args.zoneId, status: "active" }, this.child()).ds;
  }
}
