-- MySQL dump, made up
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `last_name` varchar(50) DEFAULT NULL,
  `middle_name` varchar(50) DEFAULT NULL,
  `first_name` varchar(50) DEFAULT NULL,
  `birthday` date DEFAULT NULL,
  `id_card` varchar(20) DEFAULT NULL,
  `mobile` varchar(20) DEFAULT NULL,
  `mail` varchar(100) DEFAULT NULL,
  `created` int(11) DEFAULT NULL,
  `last_login` int(11) DEFAULT NULL,
  `ward_code` varchar(10) DEFAULT NULL,
  `user_type` int(11) DEFAULT NULL,
  `pass` varchar(128) DEFAULT NULL,
  `salt` varchar(32) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `users` VALUES (1,'Hồ','Thị Mỹ','Duyên','1985-02-12','045185000123','0900000123','duyen@example.vn',1614556800,1713750000,'19456',1,'$P$B12345678abcdefghijklmnopqrstuv',NULL),
(2,'O\'Neil; DROP TABLE users;--','','Seán','1979-01-01',NULL,'0900000999','x, (y)@example.vn',1614556800,NULL,NULL,1,NULL,NULL);
INSERT INTO `other` VALUES (1,'not a user');
INSERT INTO `users` (`id`,`last_name`,`middle_name`,`first_name`,`birthday`,`id_card`,`mobile`,`mail`,`created`,`last_login`,`ward_code`,`user_type`,`pass`,`salt`) VALUES (3,'Võ','Đình','Sơn','1988-12-09','045088000207','0900000207','',1591315200,1712700000,'19432',2,'5f4dcc3b5aa765d61d8327deb882cf99','s4lt');
