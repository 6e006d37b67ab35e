import fc from 'fast-check';
import { englishStem } from './english-stem.js';

describe('the English stem', () => {
  it.each([
    [['connect', 'connects', 'connected', 'connecting', 'connection', 'connections']],
    [['configure', 'configured', 'configuring', 'configuration']],
    [['deploy', 'deploys', 'deployed', 'deployment']],
    [['query', 'queries']],
    [['stop', 'stopped', 'stopping']],
    [['retrieve', 'retrieval', 'retrieved']],
    [['authenticate', 'authentication', 'authenticated']],
    [['use', 'used', 'uses', 'using']],
    [['document', 'documents', 'documented']],
  ])('is the same for %j', (words) => {
    expect(new Set(words.map(englishStem)).size).toBe(1);
  });

  it.each([
    ['news', 'new'],
    ['agreed', 'agre'],
    ['feed', 'feed'],
    ['sing', 'sing'],
    ['relational', 'relat'],
    ['happy', 'happi'],
    ['sky', 'ski'],
    ['controlling', 'control'],
    ['falling', 'fall'],
    ['hoping', 'hope'],
    ['hopping', 'hop'],
    ['adoption', 'adopt'],
    ['onion', 'onion'],
    ['adjustable', 'adjust'],
    ['is', 'is'],
    ['v1', 'v1'],
    ['模型', '模型'],
  ])('of %s is %s', (word, stem) => {
    expect(englishStem(word)).toBe(stem);
  });

  it('is never empty nor longer than the word and an e', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
        expect(englishStem(word)).not.toBe('');
        expect(englishStem(word).length).toBeLessThanOrEqual(word.length + 1);
      }),
    );
  });
});
