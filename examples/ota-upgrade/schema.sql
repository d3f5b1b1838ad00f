-- Invented: the schema of an upgrade platform for vehicles. No rows.

CREATE TABLE `vehicle` (
  `id` bigint NOT NULL AUTO_INCREMENT COMMENT '主键',
  `vin` char(17) NOT NULL COMMENT '车辆识别代号',
  `plate_no` varchar(16) DEFAULT NULL COMMENT '车牌号',
  `model_code` varchar(32) NOT NULL COMMENT '车型编码',
  `owner_name` varchar(64) DEFAULT NULL COMMENT '车主姓名',
  `owner_mobile` varchar(20) DEFAULT NULL COMMENT '车主手机号',
  `created_at` datetime NOT NULL COMMENT '创建时间',
  PRIMARY KEY (`id`),
  UNIQUE KEY `uk_vin` (`vin`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='车辆档案';

CREATE TABLE `upgrade_task` (
  `task_id` bigint NOT NULL COMMENT '任务编号',
  `vin` char(17) NOT NULL COMMENT '车辆识别代号',
  `tbox_iccid` varchar(20) DEFAULT NULL COMMENT '车载终端ICCID',
  `ecu_version` varchar(32) NOT NULL COMMENT '控制器软件版本',
  `target_version` varchar(32) NOT NULL COMMENT '目标版本',
  `status` tinyint NOT NULL COMMENT '状态：0待下发 1下载中 2成功 3失败',
  `finished_at` datetime DEFAULT NULL COMMENT '完成时间',
  PRIMARY KEY (`task_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='升级任务';

CREATE TABLE `track_point` (
  `vin` char(17) NOT NULL COMMENT '车辆识别代号',
  `gps_lng` decimal(10,6) NOT NULL COMMENT '经度',
  `gps_lat` decimal(10,6) NOT NULL COMMENT '纬度',
  `speed_kmh` decimal(5,1) DEFAULT NULL COMMENT '车速',
  `collected_at` datetime NOT NULL COMMENT '采集时间'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='行驶轨迹';
