/** One POST of JSON to the server, as the long poll wants it; `options` are added to fetch's own. */
export function request(env, url, body, options) {
  return env.fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
    body: JSON.stringify(body),
    ...options,
  });
}
