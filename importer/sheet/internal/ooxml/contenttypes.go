package ooxml

import (
	"encoding/xml"
	"strings"
)

type contentDefault struct {
	Extension   string `xml:"Extension,attr"`
	ContentType string `xml:"ContentType,attr"`
}

type contentOverride struct {
	PartName    string `xml:"PartName,attr"`
	ContentType string `xml:"ContentType,attr"`
}

type contentTypes struct {
	XMLName   xml.Name          `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
	Defaults  []contentDefault  `xml:"Default"`
	Overrides []contentOverride `xml:"Override"`
}

func (c *contentTypes) extension(ext, contentType string) {
	for _, d := range c.Defaults {
		if strings.EqualFold(d.Extension, ext) {
			return
		}
	}
	c.Defaults = append(c.Defaults, contentDefault{ext, contentType})
}

func (c *contentTypes) part(name, contentType string) {
	for i := range c.Overrides {
		if strings.EqualFold(c.Overrides[i].PartName, "/"+name) {
			c.Overrides[i].ContentType = contentType
			return
		}
	}
	c.Overrides = append(c.Overrides, contentOverride{"/" + name, contentType})
}

func (c *contentTypes) drop(name string) {
	for i := range c.Overrides {
		if strings.EqualFold(c.Overrides[i].PartName, "/"+name) {
			c.Overrides = append(c.Overrides[:i], c.Overrides[i+1:]...)
			return
		}
	}
}

const typesPart = "[Content_Types].xml"
