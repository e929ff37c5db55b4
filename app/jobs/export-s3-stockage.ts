import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ExportS3Settings } from '#app/http/settings-export-s3.server.ts';
import type { Part } from './export-depot.ts';
import { DepotError, fauteOf, isAbsent, isAltered } from './export-s3-faute.ts';

/** How long it is waited for (milliseconds), and how often it is asked in all, each time after a longer pause. */
export interface Patience {
  connecting: number;
  answering: number;
  silent: number;
  attempts: number;
}

/** A night's work can wait. */
const TO_WRITE: Patience = { connecting: 5_000, answering: 120_000, silent: 60_000, attempts: 5 };

/** A person waits. */
const TO_SERVE: Patience = { connecting: 3_000, answering: 10_000, silent: 60_000, attempts: 2 };

type Sdk = typeof import('@aws-sdk/client-s3');

/** What exports ask of a bucket, with failures as `DepotError`. Nothing of the library is loaded before something is asked. */
export class StockageS3 {
  readonly #settings: ExportS3Settings;
  readonly #patience: { write: Patience; serve: Patience };
  readonly #clients = new Map<Patience, S3Client>();

  constructor(settings: ExportS3Settings, patience: Partial<Patience> = {}) {
    this.#settings = settings;
    this.#patience = { write: { ...TO_WRITE, ...patience }, serve: { ...TO_SERVE, ...patience } };
  }

  /** Puts a file there; what arrived is what was sent, by the MD5 that goes with it and by the one that comes back. */
  async putFile(key: string, { path, type }: { path: string; type: string }): Promise<void> {
    const { size } = await stat(path);
    if (size <= PART_BYTES) return this.put(key, { body: await readFile(path), type });
    await this.#unaltered(() => this.#putParts(key, { path, type, size }));
  }

  async put(key: string, { body, type }: { body: Buffer; type: string }): Promise<void> {
    const md5 = md5Of(body);
    await this.#unaltered(() =>
      this.#ask('write', async ({ PutObjectCommand }, client, Bucket) => {
        const given = { ContentType: type, ContentLength: body.length, ContentMD5: md5.toString('base64') };
        const answer = await client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ...given }));
        this.#compare(answer, md5.toString('hex'));
      }),
    );
  }

  /** Memory holds one part. What is not completed is not there. */
  async #putParts(key: string, { path, type, size }: { path: string; type: string; size: number }): Promise<void> {
    const UploadId = await this.#ask('write', async ({ CreateMultipartUploadCommand }, client, Bucket) => {
      const begun = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: key, ContentType: type }));
      return begun.UploadId;
    });
    const handle = await open(path);
    try {
      const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
      const digests: Buffer[] = [];
      const buffer = Buffer.allocUnsafe(PART_BYTES);
      for (let from = 0; from < size; from += PART_BYTES) {
        const Body = await readAt(handle, buffer.subarray(0, Math.min(PART_BYTES, size - from)), from);
        const md5 = md5Of(Body);
        const PartNumber = Parts.length + 1;
        const given = { ContentLength: Body.length, ContentMD5: md5.toString('base64') };
        const ETag = await this.#ask('write', async ({ UploadPartCommand }, client, Bucket) => {
          const part = { Bucket, Key: key, UploadId, PartNumber, Body, ...given };
          const answer = await client.send(new UploadPartCommand(part));
          this.#compare(answer, md5.toString('hex'));
          return answer.ETag;
        });
        digests.push(md5);
        Parts.push({ ETag, PartNumber });
      }
      await this.#ask('write', async ({ CompleteMultipartUploadCommand }, client, Bucket) => {
        const whole = { Bucket, Key: key, UploadId, MultipartUpload: { Parts } };
        const answer = await client.send(new CompleteMultipartUploadCommand(whole));
        this.#compare(answer, `${md5Of(Buffer.concat(digests)).toString('hex')}-${Parts.length}`);
      });
    } catch (error) {
      await this.#abort(key, UploadId).catch(() => {});
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** The bytes of an object that is `octets` long, or a part of them; null where it is not there, or is another. */
  async get(
    key: string,
    { octets, part, kind = 'serve' }: { octets: number; part: Part; kind?: 'write' | 'serve' },
  ): Promise<Readable | null> {
    const whole = part.start === 0 && part.end === octets - 1;
    const Range = whole ? undefined : `bytes=${part.start}-${part.end}`;
    return this.#ask(kind, async ({ GetObjectCommand }, client, Bucket) => {
      const answer = await orAbsent(client.send(new GetObjectCommand({ Bucket, Key: key, Range })));
      if (answer === null) return null;
      const { Body, ContentLength } = answer;
      if (!(Body instanceof Readable)) throw new TypeError('a body that is a stream was expected');
      if (ContentLength === part.end - part.start + 1) return Body;
      Body.destroy();
      return null;
    });
  }

  async has(key: string, octets: number): Promise<boolean> {
    return this.#ask('serve', async ({ HeadObjectCommand }, client, Bucket) => {
      const answer = await orAbsent(client.send(new HeadObjectCommand({ Bucket, Key: key })));
      return answer !== null && answer.ContentLength === octets;
    });
  }

  /** Every key that begins so. */
  async listKeys(Prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#ask('write', ({ ListObjectsV2Command }, client, Bucket) =>
        client.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken })),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
    return keys;
  }

  /** One at a time: servers that are not Amazon's do not all know how to remove several. */
  async remove(key: string): Promise<void> {
    await this.#ask('write', ({ DeleteObjectCommand }, client, Bucket) =>
      client.send(new DeleteObjectCommand({ Bucket, Key: key })),
    );
  }

  /** The parts that a killed process has sent are kept, and paid for, until they are given up. Not every server lists them. */
  async abortUploads(prefix: string): Promise<void> {
    const { Uploads = [] } = await this.#ask('write', ({ ListMultipartUploadsCommand }, client, Bucket) =>
      client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: prefix })),
    ).catch(() => ({}) as { Uploads?: { Key?: string; UploadId?: string }[] });
    for (const { Key, UploadId } of Uploads) if (Key !== undefined) await this.#abort(Key, UploadId).catch(() => {});
  }

  async #abort(Key: string, UploadId: string | undefined): Promise<void> {
    await this.#ask('write', ({ AbortMultipartUploadCommand }, client, Bucket) =>
      client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
    );
  }

  /** What was altered on the way is sent again; a wire that alters everything is said. */
  async #unaltered(send: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof Altered) || attempt === SENDINGS) throw error;
      }
    }
  }

  /** An ETag that is an MD5 is that of what arrived; others (other ways of counting parts, keys of the bucket's own) say nothing. */
  #compare({ ETag = '', ServerSideEncryption = '' }: Answer, expected: string): void {
    const etag = ETag.replaceAll('"', '').toLowerCase();
    const parts = expected.slice(32);
    const isMd5 = /^[0-9a-f]{32}$/.test(etag.slice(0, 32)) && etag.slice(32) === parts;
    if (isMd5 && etag !== expected && !ServerSideEncryption.startsWith('aws:kms')) throw this.#altered();
  }

  #altered(): Altered {
    return new Altered(fauteOf({ name: 'BadDigest' }, this.#settings).message);
  }

  async #ask<T>(
    kind: 'write' | 'serve',
    action: (sdk: Sdk, client: S3Client, bucket: string) => Promise<T>,
  ): Promise<T> {
    try {
      const sdk = await import('@aws-sdk/client-s3');
      return await action(sdk, this.#client(sdk, this.#patience[kind]), this.#settings.bucket);
    } catch (error) {
      throw isAltered(error) ? this.#altered() : fauteOf(error, this.#settings);
    }
  }

  #client({ S3Client }: Sdk, patience: Patience): S3Client {
    const { endpoint, region, accessKeyId, secretAccessKey } = this.#settings;
    const known = this.#clients.get(patience);
    if (known) return known;
    const made = new S3Client({
      region,
      ...(endpoint !== null && { endpoint, forcePathStyle: true }),
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: patience.attempts,
      requestHandler: {
        connectionTimeout: patience.connecting,
        requestTimeout: patience.answering,
        throwOnRequestTimeout: true,
        socketTimeout: patience.silent,
      },
      // Other checksums than MD5 are unknown to many servers that speak S3.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    this.#clients.set(patience, made);
    return made;
  }
}

class Altered extends DepotError {}

interface Answer {
  ETag?: string | undefined;
  ServerSideEncryption?: string | undefined;
}

/** What is larger is sent in parts of this. */
const PART_BYTES = 8 * 1024 * 1024;

/** How often in all what was altered is sent. */
const SENDINGS = 3;

async function orAbsent<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
}

function md5Of(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

async function readAt(handle: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  for (let read = 0; read < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, read, buffer.length - read, position + read);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    read += bytesRead;
  }
  return buffer;
}
