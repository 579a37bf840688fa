-- SPDX-License-Identifier: MulanPSL-2.0
-- A barred record or a revoked driving licence, and the ride-hailing qualification still valid.
SELECT l.holder_id_no__key || l.license_no, l.id, l.batch, l.digest, v.id, v.batch, v.digest, l.holder_name, l.holder_id_no, l.status,
       l.issued_on, v.charge, v.case_no, v.court, v.act_on, coalesce(v.effective_on, v.judged_on)
FROM d_ride_hailing_license l JOIN d_criminal_verdict v ON v.defendant_id_no__key = l.holder_id_no__key
WHERE l.batch <= @ AND l.until > @ AND v.batch <= @ AND v.until > @
  AND l.status = '有效' AND (l.valid_to IS NULL OR l.valid_to >= DATE '2026-11-22')
  AND v.charge IN ('交通肇事罪', '危险驾驶罪', '故意杀人罪', '故意伤害罪', '强奸罪', '负有照护职责人员性侵罪', '强制猥亵、侮辱罪', '猥亵儿童罪', '绑架罪', '抢劫罪', '非法拘禁罪', '拐卖妇女、儿童罪', '放火罪', '爆炸罪', '投放危险物质罪', '以危险方法危害公共安全罪', '聚众斗殴罪', '寻衅滋事罪', '强迫劳动罪', '袭警罪', '妨害公务罪', '组织、领导、参加黑社会性质组织罪')
  AND coalesce(v.effective_on, v.judged_on) <= DATE '2026-11-22';

SELECT l.holder_id_no__weak_birth || l.license_no, l.id, l.batch, l.digest, v.id, v.batch, v.digest, l.holder_name, l.holder_id_no, l.status,
       l.issued_on, v.charge, v.case_no, v.court, v.act_on, coalesce(v.effective_on, v.judged_on)
FROM d_ride_hailing_license l JOIN d_criminal_verdict v ON v.defendant_id_no__weak_birth = l.holder_id_no__weak_birth
WHERE l.batch <= @ AND l.until > @ AND v.batch <= @ AND v.until > @
  AND l.status = '有效' AND (l.valid_to IS NULL OR l.valid_to >= DATE '2026-11-22')
  AND v.charge IN ('交通肇事罪', '危险驾驶罪', '故意杀人罪', '故意伤害罪', '强奸罪', '负有照护职责人员性侵罪', '强制猥亵、侮辱罪', '猥亵儿童罪', '绑架罪', '抢劫罪', '非法拘禁罪', '拐卖妇女、儿童罪', '放火罪', '爆炸罪', '投放危险物质罪', '以危险方法危害公共安全罪', '聚众斗殴罪', '寻衅滋事罪', '强迫劳动罪', '袭警罪', '妨害公务罪', '组织、领导、参加黑社会性质组织罪')
  AND coalesce(v.effective_on, v.judged_on) <= DATE '2026-11-22'
  AND (l.holder_id_no__key IS NULL OR v.defendant_id_no__key IS NULL)
  AND (l.holder_id_no__key IS NULL OR v.defendant_id_no__key IS NULL OR l.holder_id_no__key = v.defendant_id_no__key)
  AND coalesce(l.holder_id_no__sex = v.defendant_id_no__sex, TRUE)
  AND coalesce(l.holder_id_no__division = v.defendant_id_no__division, TRUE)
  AND coalesce(coalesce(l.holder_id_no__birth, l.holder_birth) = coalesce(v.defendant_id_no__birth, v.defendant_birth), TRUE);

SELECT l.holder_id_no__weak_tail || l.license_no, l.id, l.batch, l.digest, v.id, v.batch, v.digest, l.holder_name, l.holder_id_no, l.status,
       l.issued_on, v.charge, v.case_no, v.court, v.act_on, coalesce(v.effective_on, v.judged_on)
FROM d_ride_hailing_license l JOIN d_criminal_verdict v ON v.defendant_id_no__weak_tail = l.holder_id_no__weak_tail
WHERE l.batch <= @ AND l.until > @ AND v.batch <= @ AND v.until > @
  AND l.status = '有效' AND (l.valid_to IS NULL OR l.valid_to >= DATE '2026-11-22')
  AND v.charge IN ('交通肇事罪', '危险驾驶罪', '故意杀人罪', '故意伤害罪', '强奸罪', '负有照护职责人员性侵罪', '强制猥亵、侮辱罪', '猥亵儿童罪', '绑架罪', '抢劫罪', '非法拘禁罪', '拐卖妇女、儿童罪', '放火罪', '爆炸罪', '投放危险物质罪', '以危险方法危害公共安全罪', '聚众斗殴罪', '寻衅滋事罪', '强迫劳动罪', '袭警罪', '妨害公务罪', '组织、领导、参加黑社会性质组织罪')
  AND coalesce(v.effective_on, v.judged_on) <= DATE '2026-11-22'
  AND (l.holder_id_no__key IS NULL OR v.defendant_id_no__key IS NULL)
  AND (l.holder_id_no__key IS NULL OR v.defendant_id_no__key IS NULL OR l.holder_id_no__key = v.defendant_id_no__key)
  AND coalesce(l.holder_id_no__sex = v.defendant_id_no__sex, TRUE)
  AND coalesce(l.holder_id_no__division = v.defendant_id_no__division, TRUE)
  AND coalesce(coalesce(l.holder_id_no__birth, l.holder_birth) = coalesce(v.defendant_id_no__birth, v.defendant_birth), TRUE)
  AND coalesce(l.holder_id_no__weak_birth <> v.defendant_id_no__weak_birth, TRUE);

SELECT 'revoked' || l.holder_id_no__key || l.license_no, l.id, l.batch, l.digest, d.id, d.batch, d.digest, l.holder_name, l.holder_id_no,
       l.status, d.revoked_on, d.revoke_reason
FROM d_ride_hailing_license l JOIN d_driving_license d ON d.holder_id_no__key = l.holder_id_no__key
WHERE l.batch <= @ AND l.until > @ AND d.batch <= @ AND d.until > @
  AND l.status = '有效' AND (l.valid_to IS NULL OR l.valid_to >= DATE '2026-11-22') AND d.status = '吊销';
