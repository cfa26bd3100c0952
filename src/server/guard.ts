import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import { isIP } from "node:net";
import { Refusal } from "./failure.ts";

const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** True for names and addresses that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  loopback.has(host) || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

/** 128 random bits as text for a URL. */
export const newToken = (): string => randomBytes(16).toString("base64url");

export interface GuardOptions {
  /** What the server listens on. */
  readonly host: string;
  readonly token: string;
  /** Further names by which it may be called. */
  readonly hosts?: readonly string[];
}

/** Who may do what: the Host and Origin of a request, and the cookie that stands for the token. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #session = randomBytes(16).toString("base64url");
  /** Cookies do not tell ports apart: each server has a name of its own. */
  readonly cookieName: string = `polytempo_${randomBytes(4).toString("hex")}`;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** Reading needs the cookie as well: the server is reachable from other machines. */
  get guardsReading(): boolean {
    return !isLoopback(this.#options.host);
  }

  /**
   * A page of another name that resolves to this address (DNS rebinding) has that name as Host.
   * @throws Refusal 403
   */
  checkHost(header: string | undefined): void {
    const name = (header ?? "").toLowerCase().replace(/:\d{1,5}$/, "");
    const { host, hosts = [] } = this.#options;
    const open = !isLoopback(host);
    const known =
      isLoopback(name) ||
      name === host.toLowerCase() ||
      hosts.some((one) => one.toLowerCase() === name) ||
      // An address is no name that somebody else could give to this machine.
      (open && (isIP(name.replace(/^\[|\]$/g, "")) !== 0 || name === hostname().toLowerCase()));
    if (!known) throw new Refusal(403, "host", "This name is not one of this server's. Use 127.0.0.1.");
  }

  /** @throws Refusal 403 unless a page of this very server sends it */
  checkOrigin(origin: string | undefined, host: string | undefined, site: string | undefined): void {
    const refusal = new Refusal(403, "origin", "Only this server's own page may do that.");
    if (site !== undefined && site !== "same-origin") throw refusal;
    if (origin === undefined || host === undefined || !URL.canParse(origin)) throw refusal;
    const { host: from, protocol } = new URL(origin);
    if (from.toLowerCase() !== host.toLowerCase() || !/^https?:$/.test(protocol)) throw refusal;
  }

  /**
   * A browser says from where a request comes: pages of other sites could not read an answer, but they could have it made.
   * @throws Refusal 403
   */
  checkSite(site: string | undefined): void {
    if (site !== undefined && site !== "same-origin" && site !== "none")
      throw new Refusal(403, "origin", "Only this server's own page may do that.");
  }

  /** The `Set-Cookie` value for the right token. @throws Refusal 403 */
  exchange(token: unknown): string {
    if (typeof token !== "string" || !same(token, this.#options.token)) {
      throw new Refusal(403, "token", "The token is wrong. Open the address that polytempo printed.");
    }
    return `${this.cookieName}=${this.#session}; Path=/api; HttpOnly; SameSite=Strict`;
  }

  authorised(cookies: string | undefined): boolean {
    return (cookies ?? "").split(";").some((pair) => {
      const [name, value = ""] = pair.trim().split("=", 2);
      return name === this.cookieName && same(value, this.#session);
    });
  }

  /** @throws Refusal 403 */
  checkCookie(cookies: string | undefined): void {
    if (!this.authorised(cookies)) {
      throw new Refusal(403, "token", "Open the address that polytempo printed: it holds the token.");
    }
  }
}

/** In a time that does not tell how much of it was right. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** What a page of this server may load. Charts set style attributes; WebAssembly is for the theory's pages. */
export function securityHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": [
      "default-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'",
      `style-src 'self' 'nonce-${nonce}'`,
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "worker-src 'self' blob:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
  };
}
