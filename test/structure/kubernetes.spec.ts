import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { parse } from 'yaml';
import { environmentSchema, parseEnvironment } from '../../src/config/environment.js';
import { HealthController } from '../../src/health/health.controller.js';

const FOLDER = join(import.meta.dirname, '..', '..', 'deploy', 'kubernetes');

/** How long TurnRecorder tries to store an end, after the drain has ended the last turns. */
const STORING_SECONDS = 10;

type Labels = Readonly<Record<string, string>>;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly envFrom: readonly {
    readonly configMapRef?: { name: string };
    readonly secretRef?: { name: string };
  }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly resources: { readonly requests: Labels; readonly limits: Labels };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly strategy: { readonly rollingUpdate: { readonly maxUnavailable: number } };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: Readonly<Record<string, unknown>>;
        readonly topologySpreadConstraints: readonly {
          readonly labelSelector: { readonly matchLabels: Labels };
        }[];
        readonly containers: readonly [Container];
        readonly volumes: readonly { readonly name: string; readonly emptyDir?: object }[];
      };
    };
  };
}

interface Service extends Manifest {
  readonly spec: {
    readonly selector: Labels;
    readonly ports: readonly { port: number; targetPort: string }[];
  };
}

interface Budget extends Manifest {
  readonly spec: { readonly maxUnavailable: number; readonly selector: { readonly matchLabels: Labels } };
}

interface Route extends Manifest {
  readonly spec: {
    readonly rules: readonly {
      readonly matches: readonly { readonly path: { readonly value: string } }[];
      readonly timeouts: { readonly request: string };
      readonly backendRefs: readonly { readonly name: string; readonly port: number }[];
    }[];
  };
}

function read<Kind>(file: string): Kind {
  return parse(readFileSync(join(FOLDER, file), 'utf8')) as Kind;
}

/** The routes of the health controller, as probes call them. */
function healthRoutes(): string[] {
  const { getLiveness, getReadiness } = HealthController.prototype;
  return [getLiveness, getReadiness].map((handler) => {
    expect(Reflect.getMetadata(METHOD_METADATA, handler)).toBe(RequestMethod.GET);
    return `/${Reflect.getMetadata(PATH_METADATA, handler) as string}`;
  });
}

describe('The Kubernetes manifests', () => {
  const { spec } = read<Deployment>('deployment.yaml');
  const pod = spec.template.spec;
  const [container] = pod.containers;
  const config = read<Manifest & { data: Labels }>('config-map.yaml');
  const secret = read<Manifest & { stringData: Labels }>('secret.example.yaml');
  const service = read<Service>('service.yaml');
  const route = read<Route>('http-route.example.yaml');
  const settings = parseEnvironment({ ...config.data, ...secret.stringData });

  it('are all applied, but for the examples', () => {
    const { resources } = read<{ resources: string[] }>('kustomization.yaml');
    const kinds = resources.map((file) => read<Manifest>(file).kind);
    expect(kinds.sort()).toEqual(['ConfigMap', 'Deployment', 'PodDisruptionBudget', 'Service']);
  });

  it('name only variables that the service reads, and with values that it takes', () => {
    const names = [...Object.keys(config.data), ...Object.keys(secret.stringData)];
    expect(Object.keys(environmentSchema.shape)).toEqual(expect.arrayContaining(names));
    expect(settings.database.kind).toBe('postgres');
  });

  it('give the pods the settings and the secrets of these names', () => {
    const [fromConfig, fromSecret] = container.envFrom;
    expect([fromConfig?.configMapRef?.name, fromSecret?.secretRef?.name]).toEqual([
      config.metadata.name,
      secret.metadata.name,
    ]);
  });

  it('keep secrets out of the ConfigMap', () => {
    expect(Object.keys(config.data).filter((name) => /KEY|SECRET|PASSWORD|DATABASE_URL/.test(name))).toEqual(
      [],
    );
  });

  it('let a pod drain and store before it is killed', () => {
    const [command, preStopSeconds] = container.lifecycle.preStop.exec.command;
    expect(command).toBe('sleep');
    const needed = Number(preStopSeconds) + settings.turn.drainTimeoutMs / 1_000 + STORING_SECONDS;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(needed);
  });

  it('probe routes that exist, on the port that is listened on', () => {
    const [live, ready] = healthRoutes();
    const { startupProbe, readinessProbe, livenessProbe, ports } = container;
    const probes = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet);
    expect(probes.map(({ path }) => path)).toEqual([live, live, ready]);
    for (const { port } of probes) {
      expect(ports.find(({ name }) => name === port)?.containerPort).toBe(settings.http.port);
    }
  });

  it('run as an unprivileged user, with a root that cannot be written to', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10_001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('run as the user of the image', () => {
    const dockerfile = readFileSync(join(FOLDER, '..', '..', 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain(`\nUSER ${String(pod.securityContext['runAsUser'])}:`);
  });

  it('give the pods a folder for temporary files, and no other', () => {
    expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(pod.volumes.map(({ name, emptyDir }) => [name, typeof emptyDir])).toEqual([['tmp', 'object']]);
  });

  it('bound the memory and not the processor', () => {
    expect(container.resources).toEqual({
      requests: { cpu: expect.any(String) as string, memory: expect.any(String) as string },
      limits: { memory: expect.any(String) as string },
    });
  });

  it('keep answering while nodes and versions change', () => {
    const budget = read<Budget>('pod-disruption-budget.yaml');
    expect(spec.replicas).toBeGreaterThanOrEqual(2);
    expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(budget.spec.maxUnavailable).toBeLessThan(spec.replicas);
  });

  it('select the pods of the Deployment', () => {
    const { labels } = spec.template.metadata;
    const budget = read<Budget>('pod-disruption-budget.yaml');
    const spread = pod.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels);
    expect(spread.length).toBeGreaterThan(0);
    for (const selected of [
      spec.selector.matchLabels,
      service.spec.selector,
      budget.spec.selector.matchLabels,
      ...spread,
    ]) {
      expect(Object.keys(selected)).not.toEqual([]);
      expect(labels).toMatchObject(selected);
    }
  });

  it('lead from the route to the pods', () => {
    const [port] = service.spec.ports;
    expect(container.ports.map(({ name }) => name)).toContain(port?.targetPort);
    for (const { backendRefs } of route.spec.rules) {
      expect(backendRefs).toEqual([{ name: service.metadata.name, port: port?.port }]);
    }
  });

  it('let the route wait for the longest answer', () => {
    for (const path of ['/chat', '/api/chat']) {
      const rule = route.spec.rules.find(({ matches }) => matches.some((match) => match.path.value === path));
      const seconds = Number(/^(\d+)s$/.exec(rule?.timeouts.request ?? '')?.[1]);
      expect(seconds).toBeGreaterThan(settings.llm.totalTimeoutMs / 1_000 + STORING_SECONDS);
    }
  });
});
