-- Rows as a program of version 4 wrote them: a machine on a network of its own, one that waits to be started again, one volume that
-- was kept, an address that was given back, and a network that is being removed.
INSERT INTO installation VALUES ('0123456789ab', 1750000000000);
INSERT INTO operation (id, action, target_type, target_id, target_name, state, error, code, message, started_at, ended_at) VALUES
    ('6a1a2a56-0d0c-4f4c-8b66-000000000001', 'machine.deploy', 'machine', '11111111-aaaa-4bbb-8ccc-000000000001', 'web',
     'succeeded', NULL, NULL, NULL, 1750000000000, 1750000004000),
    ('6a1a2a56-0d0c-4f4c-8b66-000000000002', 'machine.stop', 'machine', '11111111-aaaa-4bbb-8ccc-000000000001', 'web',
     'failed', 'web: no.', 'host_unusable', 'the guest shut down', 1750000005000, 1750000006000),
    ('6a1a2a56-0d0c-4f4c-8b66-000000000003', 'machine.deploy', 'machine', '22222222-aaaa-4bbb-8ccc-000000000002', 'next',
     'running', NULL, NULL, NULL, 1750000007000, NULL);
INSERT INTO image VALUES ('sha256:abababababababababababababababababababababababababababababababab', 1073741824,
    '5f2b3f2e-26c4-4df6-9f3a-111111111111', 1750000000000);
INSERT INTO image_tag VALUES
    ('debian', 'sha256:abababababababababababababababababababababababababababababababab', 'debian');
INSERT INTO network VALUES ('default', 'sistemo0', '10.200.0.0/16', 1750000000000, 0, 180879364),
    ('blue', 'br-blue', '10.201.0.0/24', 1750000000000, 0, 180944900),
    ('old', 'br-old', '10.202.0.0/24', 1750000000000, 1, NULL);
INSERT INTO free_address VALUES ('default', 180879362), ('blue', 180944898);
INSERT INTO machine VALUES
    ('11111111-aaaa-4bbb-8ccc-000000000001', 'web', '11111111', 'running', 1, 1, NULL, 'debian',
     'sha256:abababababababababababababababababababababababababababababababab', 2, 512, 2048, 'blue', '{"team":"a"}',
     1879048193, '0000000000000000000000000000000000000000000000000000000000000001',
     '0000000000000000000000000000000000000000000000000000000000000002', 1750000000000, 1750000004000, 'always', 2, NULL, 1),
    ('22222222-aaaa-4bbb-8ccc-000000000002', 'next', '22222222', 'running', 0, 0, NULL, 'debian',
     'sha256:abababababababababababababababababababababababababababababababab', 1, 256, 2048, 'default', '{}',
     1879048194, '0000000000000000000000000000000000000000000000000000000000000003',
     '0000000000000000000000000000000000000000000000000000000000000004', 1750000007000, 1750000007000, 'on-failure', 1, 1750000008000, 0);
INSERT INTO volume (id, name, role, size_mib, machine_id, image_digest, filesystem_uuid, doomed, created_at, changed_at, slot)
    VALUES
    ('33333333-aaaa-4bbb-8ccc-000000000001', 'web-root', 'root', 2048, '11111111-aaaa-4bbb-8ccc-000000000001', 'sha256:abababababababababababababababababababababababababababababababab', '5f2b3f2e-26c4-4df6-9f3a-111111111111', 0,
     1750000000000, 1750000000000, 0),
    ('33333333-aaaa-4bbb-8ccc-000000000002', 'next-root', 'root', 2048, '22222222-aaaa-4bbb-8ccc-000000000002', 'sha256:abababababababababababababababababababababababababababababababab', '5f2b3f2e-26c4-4df6-9f3a-111111111111', 0,
     1750000000000, 1750000000000, 0),
    ('33333333-aaaa-4bbb-8ccc-000000000003', 'old-root', 'root', 2048, NULL, 'sha256:abababababababababababababababababababababababababababababababab', '5f2b3f2e-26c4-4df6-9f3a-111111111111', 0,
     1750000000000, 1750000000000, NULL),
    ('33333333-aaaa-4bbb-8ccc-000000000004', 'data', 'data', 64, '11111111-aaaa-4bbb-8ccc-000000000001', NULL, '33333333-aaaa-4bbb-8ccc-000000000004', 0,
     1750000000000, 1750000000000, 1);
INSERT INTO lease VALUES ('blue', 180944899, '11111111-aaaa-4bbb-8ccc-000000000001'),
    ('default', 180879363, '22222222-aaaa-4bbb-8ccc-000000000002');
INSERT INTO claim (owner_type, owner_id, kind, name, state, boot_id, origin, operation, detail) VALUES
    ('volume', '33333333-aaaa-4bbb-8ccc-000000000001', 'disk', '33333333-aaaa-4bbb-8ccc-000000000001', 'held', 'boot-1',
     'made', '6a1a2a56-0d0c-4f4c-8b66-000000000001', NULL),
    ('machine', '11111111-aaaa-4bbb-8ccc-000000000001', 'vmm',
     'sistemo/0123456789ab/11111111-aaaa-4bbb-8ccc-000000000001', 'held', 'boot-1', 'made',
     '6a1a2a56-0d0c-4f4c-8b66-000000000001', '4711 12345 boot-1'),
    ('volume', '33333333-aaaa-4bbb-8ccc-000000000002', 'disk', '33333333-aaaa-4bbb-8ccc-000000000002', 'intended', 'boot-1',
     'made', '6a1a2a56-0d0c-4f4c-8b66-000000000003', NULL),
    ('volume', '33333333-aaaa-4bbb-8ccc-000000000004', 'disk', '33333333-aaaa-4bbb-8ccc-000000000004', 'held', 'boot-1', 'adopted', NULL, NULL);
