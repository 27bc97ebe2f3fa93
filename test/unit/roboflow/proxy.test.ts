import { describe, expect, test } from "vitest";
import { type ProxyEnvironment, readProxyVariables } from "../../../src/roboflow/proxy.ts";
import { ConfigError } from "../../../src/errors.ts";

const PROXY = "http://proxy.test:3128";

function choose(url: string, env: ProxyEnvironment) {
  const { protocol, hostname, port } = new URL(url);
  const destination = {
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port || (protocol === "https:" ? 443 : 80)),
  };
  return readProxyVariables(env)(protocol, destination);
}

function isDirect(list: string, url: string): boolean {
  return choose(url, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: list }) === undefined;
}

function problemsOf(env: ProxyEnvironment): readonly string[] {
  try {
    readProxyVariables(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("NO_PROXY", () => {
  test.each([
    { list: "*", url: "https://api.example.com" },
    { list: "example.com", url: "https://example.com" },
    { list: "example.com", url: "https://api.example.com" },
    { list: ".example.com", url: "https://api.example.com" },
    { list: ".example.com", url: "https://example.com" },
    { list: "*.example.com", url: "https://api.example.com" },
    { list: "EXAMPLE.com.", url: "https://Api.Example.Com" },
    { list: "api-*.example.com", url: "https://api-7.example.com" },
    { list: "bücher.example", url: "https://xn--bcher-kva.example" },
    { list: "my_service", url: "http://my_service:8080" },
    { list: "a.test b.test\tc.test", url: "https://b.test" },
    { list: " a.test , , b.test,", url: "https://b.test" },
    { list: "example.com:8443", url: "https://example.com:8443" },
    { list: "example.com:443", url: "https://example.com" },
    { list: "127.0.0.1", url: "http://127.0.0.1:9000" },
    { list: "127.0.0.1:9000", url: "http://127.0.0.1:9000" },
    { list: "127.0.0.0/8", url: "http://127.3.2.1" },
    { list: "127.0.0.0/8:9000", url: "http://127.3.2.1:9000" },
    { list: "10.*", url: "http://10.1.2.3" },
    { list: "192.168.*.*", url: "http://192.168.1.2" },
    { list: "::1", url: "http://[::1]:9000" },
    { list: "[::1]", url: "http://[::1]:9000" },
    { list: "[::1]:9000", url: "http://[::1]:9000" },
    { list: "fd00::/8", url: "http://[fd12:3456::1]" },
    { list: "[fd00::]/8", url: "http://[fd12:3456::1]" },
    { list: "127.0.0.0/8", url: "http://[::ffff:127.0.0.1]" },
    { list: "0.0.0.0/0", url: "http://8.8.8.8" },
  ])("$list names $url", ({ list, url }) => {
    expect(isDirect(list, url)).toBe(true);
  });

  test.each([
    { list: "", url: "https://example.com" },
    { list: "example.com", url: "https://notexample.com" },
    { list: "example.com", url: "https://example.com.evil.test" },
    { list: "api.example.com", url: "https://example.com" },
    { list: "example.com:8443", url: "https://example.com" },
    { list: "example.com:80", url: "https://example.com" },
    { list: "127.0.0.1:9000", url: "http://127.0.0.1" },
    { list: "127.0.0.0/8", url: "http://128.0.0.1" },
    { list: "127.0.0.0/8", url: "http://localhost" },
    { list: "10.*", url: "http://5.10.1.2" },
    { list: "fd00::/8", url: "http://[fe80::1]" },
    { list: "::1", url: "http://[::11]" },
    { list: "api-*.example.com", url: "https://www.example.com" },
  ])("$list does not name $url", ({ list, url }) => {
    expect(isDirect(list, url)).toBe(false);
  });

  test.each([
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0",
    "fd00::/129",
    "example.com/24",
    "http://example.com",
    "a;b",
    "<local>",
    "[example.com]",
    "a:b",
    ".",
    "*.",
    "10.0.0.0/8/8",
    "x:123456",
    "x:99999",
    "x:65536",
    "x:0",
    "[::1]:99999",
    "10.0.0.0/8:99999",
    "[::1",
    "::g",
  ])("%s is refused by name, with what to write", (entry) => {
    expect(problemsOf({ HTTPS_PROXY: PROXY, no_proxy: `good.test,${entry}` })).toEqual([
      `no_proxy: ${JSON.stringify(entry)} is not understood; give names, addresses or networks, like example.com,.internal,10.0.0.0/8,[::1]:8080`,
    ]);
  });

  test("says nothing where there is no proxy", () => {
    expect(problemsOf({ NO_PROXY: "10.0.0.0/33" })).toEqual([]);
  });
});

describe("the proxy of an address", () => {
  const at = (name: string) => `http://${name}.test:1`;
  test.each([
    { url: "https://x.test", env: { HTTPS_PROXY: at("a"), HTTP_PROXY: at("b"), ALL_PROXY: at("c") }, host: "a.test" },
    { url: "http://x.test", env: { HTTPS_PROXY: at("a"), HTTP_PROXY: at("b"), ALL_PROXY: at("c") }, host: "b.test" },
    { url: "https://x.test", env: { HTTP_PROXY: at("b"), ALL_PROXY: at("c") }, host: "c.test" },
    { url: "http://x.test", env: { HTTPS_PROXY: at("a"), ALL_PROXY: at("c") }, host: "c.test" },
    { url: "https://x.test", env: { HTTP_PROXY: at("b") }, host: "b.test" },
    { url: "http://x.test", env: { HTTPS_PROXY: at("a") }, host: undefined },
    { url: "https://x.test", env: { https_proxy: at("a"), HTTPS_PROXY: at("b") }, host: "a.test" },
    { url: "https://x.test", env: { https_proxy: "", HTTPS_PROXY: at("b") }, host: undefined },
    { url: "https://x.test", env: { HTTPS_PROXY: " http://a.test:1 " }, host: "a.test" },
  ])("$url with $env is $host", ({ url, env, host }) => {
    expect(choose(url, env)?.hostname).toBe(host);
  });

  test.each([
    { value: "http://a.test", port: 80, isSecure: false },
    { value: "https://a.test", port: 443, isSecure: true },
    { value: "http://a.test:3128/", port: 3128, isSecure: false },
  ])("$value has a port", ({ value, port, isSecure }) => {
    expect(choose("https://x.test", { HTTPS_PROXY: value })).toMatchObject({ port, isSecure });
  });

  test.each([
    { value: "http://a.test", authorization: undefined },
    { value: "http://u:p@a.test", authorization: "u:p" },
    { value: "http://u@a.test", authorization: "u:" },
    { value: "http://u%40v:p%3Aq@a.test", authorization: "u@v:p:q" },
    { value: "http://u:50%@a.test", authorization: "u:50%" },
  ])("$value gives the credentials $authorization", ({ value, authorization }) => {
    const basic = authorization && `Basic ${Buffer.from(authorization).toString("base64")}`;
    expect(choose("https://x.test", { HTTPS_PROXY: value })?.authorization).toBe(basic);
  });

  test.each([
    "a.test:3128",
    "user:secret@a.test:3128",
    "ftp://a.test",
    "http://u:1#secret@a.test",
    "http://u:1/secret@a.test",
    "none",
  ])("%s is refused without being shown", (value) => {
    expect(problemsOf({ HTTPS_PROXY: value })).toEqual([
      "HTTPS_PROXY: its value is not the URL of a proxy; write it like http://proxy.example:3128, or unset it",
    ]);
  });

  test.each(["socks5://u:secret@a.test", "socks5h://a.test", "SOCKS4://a.test"])(
    "%s is refused for what it is",
    (value) => {
      expect(problemsOf({ all_proxy: value })).toEqual([
        "all_proxy: its value is a SOCKS proxy, which the exporter cannot use; unset it, or give an HTTP proxy like http://proxy.example:3128",
      ]);
    },
  );

  test("a SOCKS proxy that others hide is not used, and not refused", () => {
    expect(
      choose("https://x.test", { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, ALL_PROXY: "socks5://a.test" })?.port,
    ).toBe(3128);
  });
});
