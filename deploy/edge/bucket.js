// Signs what is asked of an S3-compatible bucket: AWS Signature Version 4 in a header, as "Signature
// Calculations for the Authorization Header: Transferring Payload in a Single Chunk" of Amazon's
// S3 API Reference has it. Only GET without a query or a body is ever asked.

import crypto from 'crypto';

// SHA-256 of no bytes.
const NO_BODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ALGORITHM = 'AWS4-HMAC-SHA256';

// Now, as 20261231T235959Z.
function time() {
  return `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

// '' for a bucket that everybody may read.
function authorization(r) {
  const access = media_keys.bucket;
  if (!access.id) {
    return '';
  }
  const now = r.variables.bucket_time;
  const headers = [
    ['host', r.variables.bucket_host],
    ['x-amz-content-sha256', NO_BODY],
    ['x-amz-date', now],
  ];
  if (access.token) {
    headers.push(['x-amz-security-token', access.token]);
  }
  const names = headers.map((header) => header[0]).join(';');
  const lines = headers.map((header) => `${header[0]}:${header[1]}\n`).join('');
  // Keys hold nothing that would have to be escaped.
  const request = `GET\n${r.uri}\n\n${lines}\n${names}\n${NO_BODY}`;
  const scope = `${now.slice(0, 8)}/${access.region}/s3/aws4_request`;
  const digest = crypto.createHash('sha256').update(request).digest('hex');
  const key = scope.split('/').reduce(hmac, `AWS4${access.secret}`);
  const signature = crypto
    .createHmac('sha256', key)
    .update(`${ALGORITHM}\n${now}\n${scope}\n${digest}`)
    .digest('hex');
  return `${ALGORITHM} Credential=${access.id}/${scope},SignedHeaders=${names},Signature=${signature}`;
}

function hmac(key, text) {
  return crypto.createHmac('sha256', key).update(text).digest();
}

function token() {
  return media_keys.bucket.token;
}

export default { time, authorization, token };
