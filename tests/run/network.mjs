// Stands in for a commercial network: runs its program as it would, and fetches for real.
//
// Reads {kind, program, origin, requests: [{url, method, headers}]} and writes what each was answered.

import { createRequire } from 'node:module';
import vm from 'node:vm';

const asked = JSON.parse(await new Response(process.stdin).text());
const fetched = [];

function fetching(url, init) {
  fetched.push({ url, headers: init.headers ?? {}, how: init.cf ?? init.backend ?? null });
  return fetch(url, { method: init.method, headers: init.headers });
}

// What a program is given by its network, and how the network calls it.
const HOSTS = {
  bunny: (serve) => ({ BunnySDK: { net: { http: { serve } } } }),
  cloudflare: (serve) => ({ serveDefault: (made) => serve((request) => made.fetch(request)) }),
  fastly: (serve) => ({
    addEventListener: (name, listener) =>
      serve((request) => new Promise((respondWith) => listener({ request, respondWith }))),
  }),
  cloudfront: (serve) => ({ require: createRequire(import.meta.url), serve }),
};

function loaded() {
  let handle;
  const serve = (given) => {
    handle = given;
  };
  const web = { URL, Response, TextEncoder, crypto, atob, fetch: fetching };
  const own = HOSTS[asked.kind](serve);
  // A script knows no modules; CloudFront calls the function of this name.
  const text = asked.program
    .replace(/^import .*$/m, '')
    .replace('export default {', 'serveDefault({')
    .replace(/^};\n$(?![\s\S])/m, asked.kind === 'cloudflare' ? '});\n' : '};\n');
  const whole = asked.kind === 'cloudfront' ? `${text}\nserve(handler);` : text;
  vm.runInNewContext(whole, asked.kind === 'cloudfront' ? own : { ...web, ...own });
  return handle;
}

async function byCloudFront(handler, { url, method, headers }) {
  const { pathname, searchParams } = new URL(url);
  const querystring = Object.fromEntries([...searchParams].map(([name, value]) => [name, { value }]));
  const given = handler({ request: { method, uri: pathname, querystring, headers: {} } });
  if (given.statusCode) {
    const told = Object.entries(given.headers).map(([name, { value }]) => [name, value]);
    return new Response(given.body, { status: given.statusCode, headers: Object.fromEntries(told) });
  }
  const query = Object.entries(given.querystring).map(([name, { value }]) => `${name}=${value}`);
  return fetching(asked.origin + given.uri + (query.length ? `?${query.join('&')}` : ''), { method, headers });
}

const handler = loaded();
const answers = [];
for (const one of asked.requests) {
  fetched.length = 0;
  const response = await (asked.kind === 'cloudfront'
    ? byCloudFront(handler, one)
    : handler(new Request(one.url, { method: one.method, headers: one.headers })));
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  answers.push({ status: response.status, headers: Object.fromEntries(response.headers), body, fetched: [...fetched] });
}
console.log(JSON.stringify(answers));
