// SPDX-License-Identifier: MulanPSL-2.0
// Invented persons, and the files an agency would send about them.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'

/** A well-formed citizen number that belongs to nobody: a day of birth and a running number, with its check digit. */
export function citizenId(birth, number) {
  const body = `510522${birth.replaceAll('-', '')}${String(number).padStart(3, '0')}`
  const sum = [...body].reduce((s, digit, n) => s + Number(digit) * WEIGHTS[n], 0)
  return body + CHECKS[sum % 11]
}

export const drivers = Array.from({ length: 12 }, (_, n) => ({
  name: `测${'甲乙丙丁戊己庚辛壬癸子丑'[n]}某`,
  id: citizenId(`19${70 + n}-03-1${n % 10}`, 100 + n),
  license: `51052270${String(n).padStart(6, '0')}`,
}))

/** Those of the drivers whom a court convicted of dangerous driving; their certificates are still valid. */
export const convicted = drivers.slice(0, 3)

const line = (cells) => cells.map((c) => (/[",\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(',')
/** A file as WPS and Excel write it. */
export const csv = (rows) => '\ufeff' + rows.map(line).join('\r\n') + '\r\n'

/* A title line above the header, and one row without its required state: as such files come. */
export function licenseFile() {
  return csv([
    ['合江县网约车驾驶员从业资格台账', '', '', '', '', ''],
    ['持证人', '身份证号', '从业资格证号', '发证日期', '有效期至', '从业资格状态'],
    ...drivers.map((d) => [d.name, d.id, d.license, '2020年5月6日', '2049-12-31', '正常']),
    ['测无某', citizenId('1990-01-01', 777), '51052270999999', '2020-05-06', '2049-12-31', ''],
  ])
}

export function verdictFile(people = convicted, from = 1) {
  return csv([
    ['案号', '被告人', '身份证号', '罪名', '犯罪日期', '判决日期', '生效日期', '主刑', '审理法院'],
    ...people.map((d, n) => [`（2024）川0522刑初${from + n}号`, d.name, d.id.toLowerCase(), '危险驾驶', '2024/1/5', '2024.5.20', '20240601', '拘役', '合江县人民法院']),
  ])
}

/** So many certificates, for what only happens with many rows. */
export function manyLicenses(count) {
  const one = (n) => [`测${'甲乙丙丁戊己庚辛壬癸'[n % 10]}某`, citizenId(`19${70 + Math.floor(n / 900)}-05-06`, n % 900), `51052280${String(n).padStart(6, '0')}`, '2021-05-06', '2049-12-31', '正常']
  return csv([['持证人', '身份证号', '从业资格证号', '发证日期', '有效期至', '从业资格状态'], ...Array.from({ length: count }, (_, n) => one(n))])
}
