/**
 * R2's refusals, as its S3 API and its Workers API name them
 * (https://developers.cloudflare.com/r2/api/error-codes/, read 2026-11).
 */
const errors = {
  Unauthorized: { code: 10002, status: 401, message: "Unauthorized" },
  AccessDenied: { code: 10003, status: 403, message: "Access Denied" },
  NoSuchBucket: { code: 10006, status: 404, message: "The specified bucket does not exist." },
  NoSuchKey: { code: 10007, status: 404, message: "The specified key does not exist." },
  EntityTooSmall: { code: 10011, status: 400, message: "Your proposed upload is smaller than the minimum allowed object size." },
  MetadataTooLarge: { code: 10012, status: 400, message: "Your metadata headers exceed the maximum allowed metadata size." },
  IncompleteBody: {
    code: 10013,
    status: 400,
    message: "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  },
  InvalidDigest: { code: 10014, status: 400, message: "The checksum you specified is not valid." },
  ExpiredRequest: { code: 10018, status: 400, message: "The request has expired." },
  InvalidObjectName: { code: 10020, status: 400, message: "The specified object name is not valid." },
  InvalidMaxKeys: { code: 10022, status: 400, message: "MaxKeys params must be positive integer <= 1000." },
  NoSuchUpload: { code: 10024, status: 404, message: "The specified multipart upload does not exist." },
  InvalidPart: { code: 10025, status: 400, message: "One or more of the specified parts could not be found." },
  InvalidArgument: { code: 10029, status: 400, message: "Invalid argument." },
  PreconditionFailed: { code: 10031, status: 412, message: "At least one of the pre-conditions you specified did not hold." },
  MissingContentLength: { code: 10033, status: 411, message: "You must provide the Content-Length HTTP header." },
  SignatureDoesNotMatch: {
    code: 10035,
    status: 403,
    message:
      "The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.",
  },
  RequestTimeTooSkewed: {
    code: 10036,
    status: 403,
    message: "The difference between the request time and the server's time is too large.",
  },
  BadDigest: { code: 10037, status: 400, message: "The checksum you specified did not match what we received." },
  InvalidRange: { code: 10039, status: 416, message: "The requested range is not satisfiable." },
  MalformedXML: {
    code: 10040,
    status: 400,
    message: "The XML you provided was not well formed or did not validate against our published schema.",
  },
  ServiceUnavailable: { code: 10043, status: 503, message: "Service is temporarily unavailable." },
  UnequalParts: { code: 10048, status: 400, message: "All non-trailing parts must have the same length." },
  TooManyRequests: { code: 10058, status: 429, message: "Rate limit exceeded." },
  ObjectLockedByBucketPolicy: {
    code: 10069,
    status: 403,
    message: "The object is locked by the bucket policy.",
  },
  EntityTooLarge: { code: 100100, status: 400, message: "Your proposed upload exceeds the maximum allowed object size." },
  NotImplemented: { code: 10050, status: 501, message: "Not implemented." },
  InternalError: { code: 10001, status: 500, message: "We encountered an internal error. Please try again." },
} as const;

export type R2ErrorName = keyof typeof errors;

/** R2's S3 API calls parts of unequal length an InvalidPart. */
const s3Codes: Partial<Record<R2ErrorName, string>> = { UnequalParts: "InvalidPart" };

/** A request that R2 refuses. */
export class R2Error extends Error {
  /** R2's number, the last word of a message of the Workers API. */
  readonly code: number;
  readonly status: number;
  /** The `<Code>` of the S3 API. */
  readonly s3Code: string;

  constructor(
    readonly reason: R2ErrorName,
    message?: string,
  ) {
    super(message ?? errors[reason].message);
    this.code = errors[reason].code;
    this.status = errors[reason].status;
    this.s3Code = s3Codes[reason] ?? reason;
  }
}
