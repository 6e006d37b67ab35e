import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Where an answer is cut. */
export interface Cut {
  /** After so many of its frames; 0: before its first byte. */
  readonly afterFrames: number;
  /** So many bytes further on, in the middle of the next frame. */
  readonly bytesOn?: number;
}

export interface CuttingProxyOptions {
  /** Of the answers in their order; later answers pass completely. */
  readonly cuts: readonly Cut[];
  /** Holds each cut back: given how many frames have passed in all, it resolves when they have been read. */
  readonly untilRead?: (frames: number) => Promise<void>;
}

/** A request's head begins a packet of its own; a body, which is JSON, does not look like one. */
const REQUEST = /^(?:GET|POST) /;

/**
 * Is between a caller and the service, passes every byte unchanged, and cuts the connection at chosen frames
 * of the answer: the caller sees a FIN in the middle of the body, the service a caller that has gone.
 */
export class CuttingProxy {
  readonly url: string;
  /** Requests that came. */
  requestCount = 0;
  /** Answers that were cut. */
  cutCount = 0;
  private passedFrames = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly options: CuttingProxyOptions,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (caller) => this.connect(caller));
  }

  /** @param target the root of the service */
  static async start(target: string, options: CuttingProxyOptions): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CuttingProxy(server, new URL(target), options);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private connect(caller: Socket): void {
    const service = connect(Number(this.target.port), this.target.hostname);
    let cutter: Cutter | undefined;
    caller.on('data', (bytes) => {
      if (REQUEST.test(bytes.toString('latin1', 0, 8))) cutter = this.nextCutter();
      service.write(bytes);
    });
    service.on('data', (bytes) => {
      const passing = cutter?.take(bytes) ?? bytes.length;
      caller.write(bytes.subarray(0, passing));
      if (!cutter?.isDone) return;
      service.removeAllListeners('data');
      this.passedFrames += cutter.frames;
      void this.cut(caller, service);
    });
    this.join(caller, service);
    this.join(service, caller);
  }

  private nextCutter(): Cutter | undefined {
    const cut = this.options.cuts[this.requestCount++];
    return cut && new Cutter(cut);
  }

  private async cut(caller: Socket, service: Socket): Promise<void> {
    await this.options.untilRead?.(this.passedFrames);
    this.cutCount++;
    service.destroy();
    caller.destroySoon();
  }

  /** When one side goes, so does the other. */
  private join(one: Socket, other: Socket): void {
    this.sockets.add(one);
    one.on('error', () => one.destroy());
    one.on('close', () => {
      this.sockets.delete(one);
      other.destroySoon();
    });
  }
}

const LINE_END = 10;

/** Finds the place of a cut in the bytes of an answer, in however many pieces they come. */
class Cutter {
  frames = 0;
  private bytesOn: number;
  private last = 0;

  constructor(private readonly where: Cut) {
    this.bytesOn = where.bytesOn ?? 0;
  }

  get isDone(): boolean {
    return this.frames === this.where.afterFrames && this.bytesOn === 0;
  }

  /** How many of the bytes stand before the cut. */
  take(bytes: Buffer): number {
    const at = bytes.findIndex((byte) => this.isBefore(byte));
    return at < 0 ? bytes.length : at;
  }

  private isBefore(byte: number): boolean {
    if (this.isDone) return true;
    if (this.frames === this.where.afterFrames) this.bytesOn--;
    // No blank line but a frame's end: data is JSON, and heads and chunk sizes have carriage returns.
    else if (byte === LINE_END && this.last === LINE_END) this.frames++;
    this.last = byte;
    return false;
  }
}
