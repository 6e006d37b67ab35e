/**
 * A certificate that nothing trusts, for the name `db.example`, and its key, which protects nothing. Valid until 2126; made with
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=db.example`, so that the tests need
 * no such program.
 */
export const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjq0OO4yHCEvbQ/ja
5FcH4HhHtuT4fSubL8LifC0s4tGhRANCAAQ5LJptjkWq5SwVv+54zqOhpRo0iqOE
YMCuofu//0pXiKz45WYI0ngh/JEFVN7KKMZKRRNBA+XbBppVBoO3rRJ4
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUErOhKu4V3hMgWuDBEXQoTmAutkswCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKZGIuZXhhbXBsZTAgFw0yNjExMzAxNDM5MjJaGA8yMTI2MTEw
NjE0MzkyMlowFTETMBEGA1UEAwwKZGIuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABDksmm2ORarlLBW/7njOo6GlGjSKo4RgwK6h+7//SleIrPjlZgjS
eCH8kQVU3sooxkpFE0ED5dsGmlUGg7etEnijUzBRMB0GA1UdDgQWBBT5aDLnFtJB
MdksirtHKQsTAW9fVjAfBgNVHSMEGDAWgBT5aDLnFtJBMdksirtHKQsTAW9fVjAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIEZfADE1W+SAqi7fmPd+
fTUhvpuB2yg57xwzyd73NIwWAiA6QcuDS2W4l3AHDcfxVbtdQLzNxsHhy0PZcMIZ
aPnP6g==
-----END CERTIFICATE-----
`,
};
