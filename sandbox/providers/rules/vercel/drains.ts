/** Facts about the Vercel provider's types for drains and webhooks, read from the source of terraform-provider-vercel 5.10. */
import { exactlyOne, items, length, oneOf, range, words, type PackageFacts } from "../facts";

export const drainsFacts: PackageFacts = {
  "vercel:index/auditLogDrain:AuditLogDrain": {
    autonamed: words("name"),
    computed: words("http.compression http.secret s3.objectAcl s3.serverSideEncryption teamId"),
    replace: words("http name s3"),
    replaceIfSet: words("teamId"),
    rules: {
      "http.compression": oneOf("gzip", "none"),
      "http.encoding": oneOf("json", "ndjson"),
      "http.secret": length(32),
      "s3.encoding": oneOf("json", "ndjson"),
      "s3.objectAcl": oneOf("private", "bucket-owner-read", "bucket-owner-full-control"),
      "s3.serverSideEncryption": oneOf("AES256", "aws:kms", "aws:kms:dsse"),
    },
    groups: [
      exactlyOne("", "http", "s3"),
    ],
  },
  "vercel:index/logDrain:LogDrain": {
    autonamed: words("name"),
    computed: words("secret teamId"),
    sets: words("environments projectIds sources"),
    replace: words("deliveryFormat endpoint environments headers name projectIds samplingRate sources"),
    replaceIfSet: words("secret teamId"),
    rules: {
      deliveryFormat: oneOf("json", "ndjson"),
      "environments.*": oneOf("production", "preview"),
      environments: items(1),
      headers: items(0, 5),
      samplingRate: range(0, 1),
      secret: length(32),
      "sources.*": oneOf(...words(`static edge external build lambda firewall redirect`)),
      sources: items(1),
    },
  },
  "vercel:index/traceDrain:TraceDrain": {
    autonamed: words("name"),
    computed: words("secret teamId"),
    sets: words("projectIds"),
    replace: words("deliveryFormat endpoint headers name projectIds samplingRules"),
    replaceIfSet: words("secret teamId"),
    rules: {
      deliveryFormat: oneOf("json", "proto"),
      headers: items(0, 5),
      "samplingRules.environment": oneOf("production", "preview"),
      "samplingRules.rate": range(0, 1),
      secret: length(32),
    },
  },
  "vercel:index/webhook:Webhook": {
    computed: words("teamId"),
    sets: words("events projectIds"),
    replace: words("endpoint events projectIds"),
    replaceIfSet: words("teamId"),
    rules: {
      "events.*": oneOf(...words(`
        deployment.canceled deployment.check-rerequested deployment.cleanup deployment.created deployment.error
        deployment.integration.action.cancel deployment.integration.action.cleanup deployment.integration.action.start
        deployment.promoted deployment.ready deployment.succeeded domain.created domain.auto-renew-changed domain.certificate-add
        domain.certificate-add-failed domain.certificate-deleted domain.certificate-renew domain.certificate-renew-failed
        domain.dns-records-changed domain.renewal domain.renewal-failed domain.transfer-in-completed domain.transfer-in-failed
        domain.transfer-in-started project.domain-created project.domain-deleted project.domain-moved project.domain-unverified
        project.domain-updated project.domain-verified integration-configuration.permission-upgraded
        integration-configuration.removed integration-configuration.scope-change-confirmed integration-configuration.transferred
        integration-resource.project-connected integration-resource.project-disconnected marketplace.invoice.created
        marketplace.invoice.notpaid marketplace.invoice.paid marketplace.invoice.refunded marketplace.member.changed
        alerts.triggered flag.created flag.updated flag.deleted flag.segment.created flag.segment.updated flag.segment.deleted
        project.created project.removed project.renamed project.rolling-release.approved project.rolling-release.completed
        project.rolling-release.aborted project.rolling-release.started
      `)),
      events: items(1),
    },
  },
};
