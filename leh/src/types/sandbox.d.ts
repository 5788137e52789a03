interface ErrorConstructor {
  /** Notes on `target` where it is called. */
  captureStackTrace(target: object, constructor?: Function): void;
}

declare var global: typeof globalThis;
declare var module: { exports: any };
declare var exports: any;
declare function require(id: string): any;

declare function setImmediate(callback: (...values: any[]) => void, ...values: any[]): number;
declare function clearImmediate(id: number | undefined): void;

/** Node's `process`, as far as a sandbox has it. */
declare var process: {
  /** The hook's variables. */
  env: { [name: string]: string | undefined };
  version: string;
  versions: { [name: string]: string | undefined };
  platform: string;
  arch: string;
  nextTick(callback: (...values: any[]) => void, ...values: any[]): void;
  hrtime: { (since?: [number, number]): [number, number]; bigint(): bigint };
  /** To the console. */
  stdout: { write(text: string): boolean };
  /** To the console. */
  stderr: { write(text: string): boolean };
};

/** Node's `Buffer`: what scripts mostly use of it. */
interface Buffer extends Uint8Array {
  toString(encoding?: string, start?: number, end?: number): string;
  toJSON(): { type: "Buffer"; data: number[] };
  equals(other: Uint8Array): boolean;
  compare(other: Uint8Array): number;
  copy(target: Uint8Array, targetStart?: number, start?: number, end?: number): number;
  write(text: string, offset?: number, length?: number, encoding?: string): number;
  readUInt8(offset?: number): number;
  readUInt16BE(offset?: number): number;
  readUInt32BE(offset?: number): number;
  writeUInt8(value: number, offset?: number): number;
  writeUInt16BE(value: number, offset?: number): number;
  writeUInt32BE(value: number, offset?: number): number;
}
declare var Buffer: {
  from(text: string, encoding?: string): Buffer;
  from(bytes: ArrayBufferLike, byteOffset?: number, length?: number): Buffer;
  from(bytes: ArrayLike<number> | Iterable<number>): Buffer;
  alloc(size: number, fill?: string | number | Uint8Array, encoding?: string): Buffer;
  allocUnsafe(size: number): Buffer;
  concat(all: readonly Uint8Array[], length?: number): Buffer;
  byteLength(text: string | ArrayBufferView | ArrayBufferLike, encoding?: string): number;
  compare(one: Uint8Array, other: Uint8Array): number;
  isBuffer(value: unknown): value is Buffer;
  isEncoding(encoding: string): boolean;
};
