export interface ApiError {
  readonly error: {
    /** `parameter`, `host`, `origin`, `token`, `missing`, `method`, `read-only`, `not-live`, `store`, `bug`. */
    readonly kind: string;
    /** For people; plain text. */
    readonly message: string;
  };
}

/** `GET /api/session`. */
export interface SessionFacts {
  readonly version: string;
  /** The server takes controls at all: not started with `--read-only`. */
  readonly controls: boolean;
  /** This browser has exchanged the token: its controls are accepted. */
  readonly authorised: boolean;
}

/** `POST /api/session`: the token from the page's fragment (`#k=…`), once. The fragment is then removed by the page. */
export interface SessionBody {
  readonly token: string;
}
