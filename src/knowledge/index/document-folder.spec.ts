import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DocumentFile, readDocumentFolder } from './document-folder.js';

describe('a folder of documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  it('gives its readable files, by path, and says what is wrong with the others', async () => {
    write('b.md', '\ufeffIntro\n\n# The title #\n\nText');
    write('a/c.TXT', '# no heading in text');
    write('a/.hidden/x.md', 'x');
    write('.x.md', 'x');
    write('a/pdf.pdf', 'x');
    write('latin1.md', Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    write('nul.txt', 'a\u0000b');
    write('blank.md', ' \n\n');
    write('long.txt', 'x'.repeat(1_000_001));
    write('huge.md', 'x'.repeat(4_000_001));
    write('字.md', '## 标题\n文');
    symlinkSync(join(folder, 'b.md'), join(folder, 'link.md'));
    symlinkSync(folder, join(folder, 'circle'));

    const files: DocumentFile[] = [];
    for await (const file of readDocumentFolder(folder)) files.push(file);
    expect(files).toEqual([
      { path: 'a/c.TXT', format: 'text', title: 'c', content: '# no heading in text' },
      { path: 'b.md', format: 'markdown', title: 'The title', content: 'Intro\n\n# The title #\n\nText' },
      { path: 'blank.md', fault: 'has no text' },
      { path: 'huge.md', fault: 'is larger than 4000000 bytes' },
      { path: 'latin1.md', fault: 'is not UTF-8' },
      { path: 'long.txt', fault: expect.stringContaining('at most 1000000 characters') as string },
      { path: 'nul.txt', fault: expect.stringContaining('NUL') as string },
      { path: '字.md', format: 'markdown', title: '标题', content: '## 标题\n文' },
    ]);
  });

  it('that is not there is reported by its name', async () => {
    await expect(readDocumentFolder(join(folder, 'nowhere')).next()).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringMatching(/nowhere cannot be read \(ENOENT\)/) as string,
    });
  });
});
