import type { ClientSettings } from '../../auth/client-settings.js';
import { segmentsFor } from './break-settings.js';

const ENVIRONMENT = { breakMinChars: 500, breakAfterMs: 9_000 };
const OFF = { ...ENVIRONMENT, breakMinChars: 0 };
const segments = (settings: ClientSettings, defaults = ENVIRONMENT) =>
  segmentsFor({ id: 'id', name: 'bot', ...settings }, defaults);

describe('Where answers to a client are cut', () => {
  it('is what the environment says where nothing is set for the client', () => {
    expect(segments({})).toEqual({ minChars: 500, afterMs: 9_000 });
    expect(segments({}, OFF)).toBeUndefined();
  });

  it('is what is set for the client', () => {
    const settings = { breakMinChars: 80, breakAfterMs: 1_000, breakMaxBytes: 2_048, breakFirstMs: 4_000 };
    expect(segments(settings)).toEqual({ minChars: 80, afterMs: 1_000, maxBytes: 2_048, firstMs: 4_000 });
  });

  it('is nowhere for a client without BREAK', () => {
    expect(segments({ breakEnabled: false, breakMaxBytes: 2_048 })).toBeUndefined();
  });

  it('is by the built-in size for a client with BREAK where the environment has none', () => {
    expect(segments({ breakEnabled: true }, OFF)).toEqual({ minChars: 600, afterMs: 9_000 });
    expect(segments({ breakEnabled: true, breakMinChars: 80 }, OFF)).toMatchObject({ minChars: 80 });
    expect(segments({ breakMinChars: 80 }, OFF)).toBeUndefined();
  });
});
