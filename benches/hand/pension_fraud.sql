-- SPDX-License-Identifier: MulanPSL-2.0
-- A pension paid after its receiver's death, or while he serves a sentence.
SELECT d.person_id_no__key::VARCHAR, d.id, d.batch, d.digest, list(p.id), list(p.batch), list(p.digest),
       any_value(d.person_name), any_value(d.person_id_no), any_value(d.source), any_value(d.registrar), d.died_on,
       count(DISTINCT p.month), sum(p.amount), any_value(p.account),
       (SELECT max(q.certified_on) FROM d_pension_payment q WHERE q.batch <= @ AND q.until > @ AND q.person_id_no__key = d.person_id_no__key AND q.certified_on > d.died_on)
FROM d_death_record d JOIN d_pension_payment p ON p.person_id_no__key = d.person_id_no__key
WHERE d.batch <= @ AND d.until > @ AND p.batch <= @ AND p.until > @
  AND p.kind IN ('企业职工基本养老保险', '机关事业单位养老保险', '城乡居民基本养老保险') AND p.amount > 0 AND p.month > CAST(d.died_on + INTERVAL 1 MONTH AS DATE)
GROUP BY ALL;

SELECT d.person_id_no__weak_birth::VARCHAR, d.id, d.batch, d.digest, list(p.id), list(p.batch), list(p.digest),
       any_value(d.person_name), any_value(d.person_id_no), any_value(d.source), any_value(d.registrar), d.died_on,
       count(DISTINCT p.month), sum(p.amount), any_value(p.account),
       (SELECT max(q.certified_on) FROM d_pension_payment q WHERE q.batch <= @ AND q.until > @ AND q.person_id_no__weak_birth = d.person_id_no__weak_birth AND q.certified_on > d.died_on)
FROM d_death_record d JOIN d_pension_payment p ON p.person_id_no__weak_birth = d.person_id_no__weak_birth
WHERE d.batch <= @ AND d.until > @ AND p.batch <= @ AND p.until > @
  AND p.kind IN ('企业职工基本养老保险', '机关事业单位养老保险', '城乡居民基本养老保险') AND p.amount > 0 AND p.month > CAST(d.died_on + INTERVAL 1 MONTH AS DATE)
  AND (d.person_id_no__key IS NULL OR p.person_id_no__key IS NULL)
  AND (d.person_id_no__key IS NULL OR p.person_id_no__key IS NULL OR d.person_id_no__key = p.person_id_no__key)
  AND coalesce(d.person_id_no__sex = p.person_id_no__sex, TRUE)
  AND coalesce(d.person_id_no__division = p.person_id_no__division, TRUE)
  AND coalesce(coalesce(d.person_id_no__birth, d.birth) = coalesce(p.person_id_no__birth, p.birth), TRUE)
GROUP BY ALL;

SELECT d.person_id_no__weak_tail::VARCHAR, d.id, d.batch, d.digest, list(p.id), list(p.batch), list(p.digest),
       any_value(d.person_name), any_value(d.person_id_no), any_value(d.source), any_value(d.registrar), d.died_on,
       count(DISTINCT p.month), sum(p.amount), any_value(p.account),
       (SELECT max(q.certified_on) FROM d_pension_payment q WHERE q.batch <= @ AND q.until > @ AND q.person_id_no__weak_tail = d.person_id_no__weak_tail AND q.certified_on > d.died_on)
FROM d_death_record d JOIN d_pension_payment p ON p.person_id_no__weak_tail = d.person_id_no__weak_tail
WHERE d.batch <= @ AND d.until > @ AND p.batch <= @ AND p.until > @
  AND p.kind IN ('企业职工基本养老保险', '机关事业单位养老保险', '城乡居民基本养老保险') AND p.amount > 0 AND p.month > CAST(d.died_on + INTERVAL 1 MONTH AS DATE)
  AND (d.person_id_no__key IS NULL OR p.person_id_no__key IS NULL)
  AND (d.person_id_no__key IS NULL OR p.person_id_no__key IS NULL OR d.person_id_no__key = p.person_id_no__key)
  AND coalesce(d.person_id_no__sex = p.person_id_no__sex, TRUE)
  AND coalesce(d.person_id_no__division = p.person_id_no__division, TRUE)
  AND coalesce(coalesce(d.person_id_no__birth, d.birth) = coalesce(p.person_id_no__birth, p.birth), TRUE)
  AND coalesce(d.person_id_no__weak_birth <> p.person_id_no__weak_birth, TRUE)
GROUP BY ALL;

SELECT v.defendant_id_no__key || v.case_no, v.id, v.batch, v.digest, list(p.id), list(p.batch), list(p.digest),
       any_value(v.defendant_name), any_value(v.defendant_id_no), any_value(v.charge), any_value(v.sentence_kind),
       any_value(v.sentence_start), any_value(v.sentence_end), count(DISTINCT p.month), sum(p.amount)
FROM d_criminal_verdict v JOIN d_pension_payment p ON p.person_id_no__key = v.defendant_id_no__key
WHERE v.batch <= @ AND v.until > @ AND p.batch <= @ AND p.until > @
  AND v.sentence_kind IN ('有期徒刑', '无期徒刑', '死刑') AND v.probation = '否' AND p.kind IN ('企业职工基本养老保险', '机关事业单位养老保险', '城乡居民基本养老保险')
  AND p.month > CAST(v.sentence_start + INTERVAL 1 MONTH AS DATE) AND p.month < v.sentence_end
GROUP BY ALL;
