declare namespace LifecycleHooks {
  /** The journey's session: yours to fill. It begins as an empty object. */
  type Session = { [name: string]: any };

  /**
   * The claims of an ID token (OpenID Connect Core 1.0, 2 and 5.1). Each is undefined when the platform does
   * not issue it; the platform may issue others, of any type.
   */
  interface Claims {
    /** The issuer. */
    iss?: string;
    /** The account's id. */
    sub?: string;
    /** Whom the token is for. */
    aud?: string | string[];
    /** When it expires, in seconds since 1970. */
    exp?: number;
    /** When it was issued, in seconds since 1970. */
    iat?: number;
    /** When the customer authenticated, in seconds since 1970. */
    auth_time?: number;
    /** As the application asked. */
    nonce?: string;
    /** How well the customer was authenticated. */
    acr?: string;
    /** How the customer was authenticated (RFC 8176). */
    amr?: string[];
    /** The application that asked. */
    azp?: string;
    /** The session at the platform. */
    sid?: string;
    /** The whole name. */
    name?: string;
    /** The first name. */
    given_name?: string;
    /** The last name. */
    family_name?: string;
    /** How they are called by friends. */
    nickname?: string;
    /** The name with which they log in. */
    preferred_username?: string;
    /** The URL of a picture of them. */
    picture?: string;
    /** An email address. */
    email?: string;
    /** Whether the address is theirs, as the platform found out. */
    email_verified?: boolean;
    /** A phone number, E.164. */
    phone_number?: string;
    /** Whether the number is theirs, as the platform found out. */
    phone_number_verified?: boolean;
    /** BCP 47, such as `en-GB`. */
    locale?: string;
    /** Any other claim: find out what it is before you use it. */
    [claim: string]: unknown;
  }

  /** The claims of an access token that is a JWT (RFC 9068). Each is undefined when it is not there. */
  interface AccessTokenClaims {
    /** The issuer. */
    iss?: string;
    /** The account's id, or the application's when it asks for itself. */
    sub?: string;
    /** The APIs that it is for. */
    aud?: string | string[];
    /** When it expires, in seconds since 1970. */
    exp?: number;
    /** When it was issued, in seconds since 1970. */
    iat?: number;
    /** The token's own id. */
    jti?: string;
    /** The application. */
    client_id?: string;
    /** What it allows, separated by spaces. */
    scope?: string;
    /** Any other claim: find out what it is before you use it. */
    [claim: string]: unknown;
  }

  /** Named as the flow or the platform names them. */
  interface Open {
    [name: string]: unknown;
  }

  /** What a hook of hooks.yaml is called. */
  type HookName = keyof Hooks & string;
  /** An event, or one hook of this project by its name: then `variables` and `secrets` are exactly its own. */
  type HookAt = LifecycleEvent | HookName;

  type EventOf<At> = At extends HookName ? Hooks[At]["event"] : At;
  type SettingsOf<At> = [At] extends [HookName]
    ? Hooks[At]
    : [LifecycleEvent] extends [At]
      ? AnySettings
      : At extends keyof EventSettings
        ? EventSettings[At]
        : AnySettings;
  type ModeOf<At> = [At] extends [never] ? "sync" : [At] extends [HookName] ? Hooks[At]["mode"] : "sync";

  interface ArgsOf<Event, Settings extends { variables: unknown; secrets: unknown }> extends CommonArgs {
    /** The event itself. */
    event: EventInfo & { type: Event };
    /** What hooks.yaml says under `variables`. */
    variables: Settings["variables"];
    /** What hooks.yaml names under `secrets`, with their values. */
    secrets: Settings["secrets"];
  }

  interface WithTokens {
    /** The tokens that are about to be issued. */
    tokens: Tokens;
  }

  interface WithReason {
    /** Why the customer was turned away. */
    reason: Reason;
  }

  /** `Fields` at the events `Where`; at other events there are none, and where it is open they may be there. */
  type At<Event, Where, Fields> = [Event] extends [Where]
    ? Fields
    : [Extract<Event, Where>] extends [never]
      ? unknown
      : Partial<Fields>;

  /**
   * A function, or one that is `async`. (TypeScript 5 takes a type with one signature for what a function in
   * JavaScript declares, and then wants Promise and nothing else of an async one.)
   */
  type MaybeAsync<Values extends unknown[], Returned, Resolved> =
    | ((...values: Values) => Returned)
    | ((...values: Values) => Promise<Resolved>);
  type HookParameters<At extends HookAt> = [args: Args<At>, callback: Callback<At>, deny: DenyOf<EventOf<At>>];

  type ResultOf<Event> = Event extends keyof Results ? Results[Event] | AllowAuthentication : never;
  type Answer<Event> = ResultOf<Event> | null | undefined | void;
  type Deny = (reason?: DenyRequest | string) => void;
  type DenyOf<Event> = [Event] extends [DeniableEvent] ? Deny : [LifecycleEvent] extends [Event] ? Deny : never;
}

/** The events at which hooks run. */
type LifecycleEvent = LifecycleHooks.LifecycleEvent;

/** What a hook is given: `Args<"pre-registration">`, or by the name of a hook of this project. */
type Args<At extends LifecycleHooks.HookAt = LifecycleEvent> = LifecycleHooks.ArgsOf<
  LifecycleHooks.EventOf<At>,
  LifecycleHooks.SettingsOf<At>
> &
  LifecycleHooks.At<LifecycleHooks.EventOf<At>, LifecycleHooks.EventWithTokens, LifecycleHooks.WithTokens> &
  LifecycleHooks.At<LifecycleHooks.EventOf<At>, LifecycleHooks.EventWithReason, LifecycleHooks.WithReason>;

/** The results that an event takes. */
type Result<At extends LifecycleHooks.HookAt = LifecycleEvent> = LifecycleHooks.ResultOf<LifecycleHooks.EventOf<At>>;

/** Gives the answer of the callback form; nothing and null go on unchanged. */
type Callback<At extends LifecycleHooks.HookAt = LifecycleEvent> = (result?: Result<At> | null) => void;

/**
 * A hook, as a module (what it returns is the answer) or in the callback form: `Hook<"pre-registration">`, or by
 * its name in hooks.yaml, `Hook<"check-member">`. Nobody reads an answer of one that is asynchronous.
 */
type Hook<At extends LifecycleHooks.HookAt = LifecycleEvent> =
  LifecycleHooks.ModeOf<At> extends "async"
    ? LifecycleHooks.MaybeAsync<[args: Args<At>], void, unknown>
    : LifecycleHooks.MaybeAsync<
        LifecycleHooks.HookParameters<At>,
        LifecycleHooks.Answer<LifecycleHooks.EventOf<At>>,
        LifecycleHooks.Answer<LifecycleHooks.EventOf<At>>
      >;

/** The callback form where something else is returned by the way: `(args, callback) => setTimeout(…)`. */
type CallbackHook<At extends LifecycleHooks.HookAt = LifecycleEvent> = LifecycleHooks.MaybeAsync<
  LifecycleHooks.HookParameters<At>,
  void,
  unknown
>;
